namespace IdentityPlatform.Formats;

/// <summary>Randomness, handed in. Programs pass <c>RandomNumberGenerator.Fill</c>; one call for all that one artefact needs is cheapest.</summary>
/// <param name="destination">Filled whole with unpredictable bytes.</param>
public delegate void FillRandom(Span<byte> destination);
