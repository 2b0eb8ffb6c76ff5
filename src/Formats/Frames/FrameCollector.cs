namespace IdentityPlatform.Formats.Frames;

/// <summary>
/// Puts a message together from frames in any order, however often each is seen. It holds one message: a frame of another one begins anew,
/// because then somebody else stands before the camera. Not safe to share between threads.
/// </summary>
public sealed class FrameCollector
{
    private Frame?[] _frames = [];

    /// <summary>How many different frames are there.</summary>
    public int Have { get; private set; }

    /// <summary>How many there have to be; 0 before the first.</summary>
    public int Count => _frames.Length;

    /// <summary>Takes a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <returns>The message when it is whole and its hash is right, else null. A message that was damaged is forgotten, and is gathered anew.</returns>
    public byte[]? Add(Frame frame)
    {
        if (Array.Find(_frames, known => known is not null) is not { } known || !known.IsOfSameMessage(frame))
        {
            (_frames, Have) = (new Frame?[frame.Count], 0);
        }

        if (_frames[frame.Index] is null)
        {
            _frames[frame.Index] = frame;
            Have++;
        }

        return Have == _frames.Length ? Finish(frame) : null;
    }

    private byte[]? Finish(Frame last)
    {
        var message = new byte[last.MessageBytes];
        foreach (var frame in _frames)
        {
            frame!.Part.CopyTo(message.AsSpan(frame.Offset));
        }

        (_frames, Have) = ([], 0);
        return last.IsHashOf(message) ? message : null;
    }
}
