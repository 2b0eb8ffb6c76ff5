using System.Buffers.Binary;

namespace IdentityPlatform.Formats.Mdoc;

/// <summary>How far a carrier is that a handover names (NFC Forum Connection Handover 1.5, alternative carrier record).</summary>
public enum NfcCarrierPower
{
    /// <summary>Switched off.</summary>
    Inactive = 0,

    /// <summary>Ready.</summary>
    Active = 1,

    /// <summary>Being switched on.</summary>
    Activating = 2,

    /// <summary>Not known.</summary>
    Unknown = 3,
}

/// <summary>The role over Bluetooth Low Energy of whoever says it (Bluetooth Core Specification Supplement, LE Role).</summary>
public enum BleRole
{
    /// <summary>Peripheral alone: of a device, mdoc peripheral server mode.</summary>
    Peripheral = 0,

    /// <summary>Central alone: of a device, mdoc central client mode.</summary>
    Central = 1,

    /// <summary>Either, and peripheral is preferred.</summary>
    PeripheralPreferred = 2,

    /// <summary>Either, and central is preferred.</summary>
    CentralPreferred = 3,
}

/// <summary>A way in which two go on that met by NFC, as one of them offers it: closed, with <see cref="Match"/>.</summary>
public abstract class NfcCarrier
{
    private NfcCarrier(string id) => Id = id;

    /// <summary>The name of its record within the message.</summary>
    public string Id { get; internal init; }

    /// <summary>How far it is.</summary>
    public NfcCarrierPower Power { get; init; } = NfcCarrierPower.Active;

    internal abstract NdefFormat Format { get; }

    internal abstract string RecordType { get; }

    internal abstract byte[] Payload { get; }

    /// <summary>Answers by kind.</summary>
    public T Match<T>(Func<Ble, T> ble, Func<Nfc, T> nfc, Func<Other, T> other) => this switch
    {
        Ble b => ble(b),
        Nfc n => nfc(n),
        Other o => other(o),
        _ => throw new InvalidOperationException("There is no fourth kind."),
    };

    /// <summary>The kind.</summary>
    public override string ToString() => $"carrier {RecordType}";

    internal static Parsed<NfcCarrier> Read(NdefRecord record, NfcCarrierPower power)
    {
        if (record.Is(NdefFormat.Media, Ble.MediaType))
        {
            return Ble.ReadBle(record, power);
        }

        return record.Is(NdefFormat.External, Nfc.ExternalType) ? Nfc.ReadNfc(record, power) : new Other(record, power);
    }

    internal NdefRecord ToRecord() => new(Format, RecordType, Id, Payload);

    /// <summary>Bluetooth Low Energy (ISO/IEC 18013-5 §8.2.2.1, Bluetooth Secure Simple Pairing Using NFC).</summary>
    public sealed class Ble : NfcCarrier
    {
        internal const string MediaType = "application/vnd.bluetooth.le.oob";

        private const byte ServiceUuid = 0x07;
        private const byte DeviceAddress = 0x1B;
        private const byte LeRole = 0x1C;
        private const int AddressBytes = 6;

        /// <summary>An offer of Bluetooth Low Energy.</summary>
        /// <param name="role">The role of whoever offers it.</param>
        public Ble(BleRole role)
            : base("0") => Role = role;

        /// <summary>The role of whoever offers it.</summary>
        public BleRole Role { get; }

        /// <summary>The UUID of the service; null where it is not said.</summary>
        public Guid? Service { get; init; }

        /// <summary>The address, six bytes as it is written, the highest first; null where it is not said.</summary>
        /// <exception cref="ArgumentException">It has another length.</exception>
        public ReadOnlyMemory<byte>? Address
        {
            get;
            init => field = value is null or { Length: AddressBytes } ? value : throw new ArgumentException("An address has six bytes.", nameof(value));
        }

        /// <summary>True where the address is a random one, as it should be: a public one tells the device again.</summary>
        public bool IsAddressRandom { get; init; } = true;

        internal override NdefFormat Format => NdefFormat.Media;

        internal override string RecordType => MediaType;

        // The bytes of addresses and UUIDs go over the air the lowest first.
        internal override byte[] Payload
        {
            get
            {
                List<byte> data = [];
                if (Address is { } address)
                {
                    data.AddRange([AddressBytes + 2, DeviceAddress, .. address.ToArray().Reverse(), IsAddressRandom ? (byte)1 : (byte)0]);
                }

                data.AddRange([2, LeRole, (byte)Role]);
                if (Service is { } service)
                {
                    data.AddRange([17, ServiceUuid, .. service.ToByteArray(bigEndian: true).Reverse()]);
                }

                return [.. data];
            }
        }

        internal static Parsed<NfcCarrier> ReadBle(NdefRecord record, NfcCarrierPower power)
        {
            if (ReadStructures(record.Payload.ToArray()) is not { } said || said.GetValueOrDefault(LeRole) is not [<= (byte)BleRole.CentralPreferred] role)
            {
                return new FormatFailure(FormatRule.Structure, "an offer of Bluetooth is whole structures, one of them a role, and none twice");
            }

            var address = said.GetValueOrDefault(DeviceAddress);
            var service = said.GetValueOrDefault(ServiceUuid);
            if (address is not (null or { Length: AddressBytes + 1 }) || address?[^1] > 1 || service is not (null or { Length: 16 }))
            {
                return new FormatFailure(FormatRule.Structure, "an address is six bytes and its kind, and one service has sixteen");
            }

            return new Ble((BleRole)role[0])
            {
                Id = record.Id,
                Power = power,
                Service = service is null ? null : new Guid([.. service.Reverse()], bigEndian: true),
                Address = address is null ? (ReadOnlyMemory<byte>?)null : address[..AddressBytes].Reverse().ToArray(),
                IsAddressRandom = address is null || address[^1] == 1,
            };
        }

        // Length, type, data (Bluetooth Core, Vol 3 Part C §11). What is not known here is the transport's matter.
        private static Dictionary<byte, byte[]>? ReadStructures(byte[] data)
        {
            var structures = new Dictionary<byte, byte[]>();
            for (var at = 0; at < data.Length; at += 1 + data[at])
            {
                var length = data[at];
                if (length == 0 || at + 1 + length > data.Length || !structures.TryAdd(data[at + 1], data[(at + 2)..(at + 1 + length)]))
                {
                    return null;
                }
            }

            return structures;
        }
    }

    /// <summary>NFC itself (ISO/IEC 18013-5 §8.2.2.2): how long commands and answers may be.</summary>
    public sealed class Nfc : NfcCarrier
    {
        internal const string ExternalType = "iso.org:18013:nfc";

        private const byte Version = 1;
        private const byte CommandType = 1;
        private const byte ResponseType = 2;
        private const int LeastCommand = 255;
        private const int LeastResponse = 256;

        /// <summary>What a reader says that asks for it.</summary>
        public Nfc()
            : base("nfc")
        {
        }

        /// <summary>What a device offers.</summary>
        /// <param name="maxCommandBytes">The longest command data, from 255 to 65535 bytes.</param>
        /// <param name="maxResponseBytes">The longest response data, from 256 to 65536 bytes.</param>
        public Nfc(int maxCommandBytes, int maxResponseBytes)
            : this()
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(maxCommandBytes, LeastCommand);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(maxCommandBytes, LeastCommand << 8 | 255);
            ArgumentOutOfRangeException.ThrowIfLessThan(maxResponseBytes, LeastResponse);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(maxResponseBytes, LeastResponse << 8);
            (MaxCommandBytes, MaxResponseBytes) = (maxCommandBytes, maxResponseBytes);
        }

        /// <summary>The longest command data in bytes; null where it is asked for and not offered.</summary>
        public int? MaxCommandBytes { get; }

        /// <summary>The longest response data in bytes; null where it is asked for and not offered.</summary>
        public int? MaxResponseBytes { get; }

        internal override NdefFormat Format => NdefFormat.External;

        internal override string RecordType => ExternalType;

        internal override byte[] Payload => MaxCommandBytes is { } command && MaxResponseBytes is { } response
            ? [Version, .. Number(CommandType, command), .. Number(ResponseType, response)]
            : [Version];

        internal static Parsed<NfcCarrier> ReadNfc(NdefRecord record, NfcCarrierPower power)
        {
            var payload = record.Payload.Span;
            if (payload is [Version])
            {
                return new Nfc { Id = record.Id, Power = power };
            }

            var rest = payload is [Version, ..] ? payload[1..] : default;
            return Take(ref rest, CommandType) is { } command and >= LeastCommand and <= (LeastCommand << 8 | 255)
                && Take(ref rest, ResponseType) is { } response and >= LeastResponse and <= LeastResponse << 8 && rest.IsEmpty
                ? new Nfc(command, response) { Id = record.Id, Power = power }
                : new FormatFailure(FormatRule.Structure, "an offer of NFC is version 1 and the bounds of commands and answers");
        }

        // Length, type, and a number, the higher byte first.
        private static byte[] Number(byte type, int value)
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(bytes, value);
            var from = value > ushort.MaxValue ? 1 : 2;
            return [(byte)(1 + 4 - from), type, .. bytes[from..]];
        }

        private static int? Take(ref ReadOnlySpan<byte> from, byte type)
        {
            if (from is not [>= 2 and <= 4 and var length, .. var rest] || rest.Length < length || rest[0] != type)
            {
                return null;
            }

            var value = 0;
            foreach (var digit in rest[1..length])
            {
                value = value << 8 | digit;
            }

            from = rest[length..];
            return value;
        }
    }

    /// <summary>A carrier that is named and not read here, such as Wi-Fi Aware (<c>application/vnd.wfa.nan</c>).</summary>
    public sealed class Other : NfcCarrier
    {
        private readonly ReadOnlyMemory<byte> _configuration;

        internal Other(NdefRecord record, NfcCarrierPower power)
            : base(record.Id) => (Format, Type, _configuration, Power) = (record.Format, record.Type, record.Payload, power);

        /// <summary>The type of its record.</summary>
        public string Type { get; }

        /// <summary>What its record says.</summary>
        public ReadOnlyMemory<byte> Configuration => _configuration;

        internal override NdefFormat Format { get; }

        internal override string RecordType => Type;

        internal override byte[] Payload => _configuration.ToArray();
    }
}
