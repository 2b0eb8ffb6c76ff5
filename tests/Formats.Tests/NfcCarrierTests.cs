using System.Security.Cryptography;
using IdentityPlatform.Formats.Mdoc;

namespace IdentityPlatform.Formats.Tests;

/// <summary>The records of those who meet by NFC, byte for byte: what a carrier says, and what lists it.</summary>
public sealed class NfcCarrierTests
{
    private const string Service = "3a82d455-d5fc-4db3-bea0-6fd2f6ff32c8";

    // Bluetooth Core Specification Supplement, Part A §1.16 and §1.17: the role, and an address with its kind behind it, the lowest byte first.
    [Theory]
    [InlineData(true, "081B06050403020101021C02")]
    [InlineData(false, "081B06050403020100021C02")]
    public void An_address_is_a_random_or_a_public_one(bool isRandom, string payload)
    {
        var ble = new NfcCarrier.Ble(BleRole.PeripheralPreferred) { Address = new byte[] { 1, 2, 3, 4, 5, 6 }, IsAddressRandom = isRandom };
        Assert.Equal(payload, Convert.ToHexString(ble.ToRecord().Payload.Span));
        var read = Assert.IsType<NfcCarrier.Ble>(Expect.Accepted(NfcCarrier.Read(ble.ToRecord(), NfcCarrierPower.Active)));
        Assert.Equal((BleRole.PeripheralPreferred, isRandom, "010203040506"), (read.Role, read.IsAddressRandom, Convert.ToHexString(read.Address!.Value.Span)));
    }

    [Fact]
    public void An_address_is_a_random_one_where_nothing_else_is_said()
    {
        Assert.True(new NfcCarrier.Ble(BleRole.Central).IsAddressRandom);
        var ble = new NfcCarrier.Ble(BleRole.Central) { Service = Guid.Parse(Service) };
        Assert.Equal("021C011107C832FFF6D26FA0BEB34DFCD555D4823A", Convert.ToHexString(ble.ToRecord().Payload.Span));
    }

    // Bluetooth Core, Vol 3 Part C §11: a length, a type, and the rest.
    [Theory]
    [InlineData("021C01", true)]
    [InlineData("03FF0102021C01", true)] // of a type that is not read here
    [InlineData("021C01021C00", false)] // the role twice
    [InlineData("021C0100", false)] // without a type
    [InlineData("021C0102", false)] // beyond the record
    [InlineData("021C010209", false)]
    [InlineData("021C04", false)] // no such role
    [InlineData("", false)]
    public void An_offer_of_Bluetooth_is_whole_structures(string payload, bool isOne)
    {
        var read = NfcCarrier.Read(new(NdefFormat.Media, "application/vnd.bluetooth.le.oob", "0", Convert.FromHexString(payload)), NfcCarrierPower.Active);
        if (isOne)
        {
            Assert.Equal(BleRole.Central, Assert.IsType<NfcCarrier.Ble>(Expect.Accepted(read)).Role);
        }
        else
        {
            Expect.Refused(FormatRule.Structure, read);
        }
    }

    [Theory]
    [InlineData(255, 256, "01030100FF03020100")]
    [InlineData(65535, 65535, "010301FFFF0302FFFF")]
    [InlineData(65535, 65536, "010301FFFF0402010000")]
    public void A_bound_takes_no_more_bytes_than_it_needs(int command, int response, string payload) =>
        Assert.Equal(payload, Convert.ToHexString(new NfcCarrier.Nfc(command, response).ToRecord().Payload.Span));

    [Theory]
    [InlineData("0103010100040200FFFF", 256, 65535)]
    [InlineData("010201FF03020100", 255, 256)]
    public void A_bound_may_be_written_longer_or_in_one_byte(string payload, int command, int response)
    {
        var nfc = Assert.IsType<NfcCarrier.Nfc>(Expect.Accepted(ReadNfc(payload)));
        Assert.Equal((command, response), (nfc.MaxCommandBytes, nfc.MaxResponseBytes));
    }

    [Theory]
    [InlineData("0103")]
    [InlineData("010301")]
    [InlineData("01030100")]
    [InlineData("01030100FF0302")]
    [InlineData("01030100FF030201")]
    [InlineData("010101030100FF03020100")] // no bytes at all for a number
    public void A_bound_that_is_cut_off_is_refused(string payload) => Expect.Refused(FormatRule.Structure, ReadNfc(payload));

    [Theory]
    [InlineData(NfcCarrierPower.Inactive)]
    [InlineData(NfcCarrierPower.Active)]
    [InlineData(NfcCarrierPower.Activating)]
    [InlineData(NfcCarrierPower.Unknown)]
    public void A_carrier_keeps_its_name_and_how_far_it_is(NfcCarrierPower power)
    {
        (NdefFormat, string, string)[] records =
        [
            (NdefFormat.Media, "application/vnd.bluetooth.le.oob", "021C01"),
            (NdefFormat.External, "iso.org:18013:nfc", "01"),
            (NdefFormat.External, "iso.org:18013:nfc", "01030100FF03020100"),
            (NdefFormat.Media, "application/vnd.wfa.nan", "00"),
        ];
        foreach (var (format, type, payload) in records)
        {
            var record = new NdefRecord(format, type, "c7", Convert.FromHexString(payload));
            var message = Lists([(byte)power, 2, (byte)'c', (byte)'7', 0], record);
            var carrier = Assert.Single(Expect.Accepted(NfcHandoverRequest.Parse(message)).Carriers);
            Assert.Equal(("c7", power, type), (carrier.Id, carrier.Power, carrier.RecordType));
        }
    }

    // Connection Handover 1.5, alternative carrier record: how far it is, a name behind its length, and a number of others behind it.
    [Theory]
    [InlineData("01013000", true)]
    [InlineData("010130010131", true)]
    [InlineData("0101300201310133", true)]
    [InlineData("04013000", false)] // no such power state
    [InlineData("", false)]
    [InlineData("01", false)]
    [InlineData("0100", false)] // no name
    [InlineData("010030", false)]
    [InlineData("010230", false)] // a name beyond the record
    [InlineData("010330", false)]
    [InlineData("010130", false)] // no number of others
    [InlineData("01013001", false)] // fewer than that number
    [InlineData("010130010231", false)]
    [InlineData("010130020131", false)]
    [InlineData("0101300000", false)] // and more
    [InlineData("010130000131", false)]
    [InlineData("01013100", false)] // no carrier, but what belongs to one
    [InlineData("01013200", false)] // a record that is not there
    [InlineData("010130010132", false)]
    public void What_lists_a_carrier_names_whole_records_that_are_there(string listed, bool isOne)
    {
        NdefRecord[] records =
        [
            new(NdefFormat.External, "iso.org:18013:nfc", "0", new byte[] { 1 }),
            new(NdefFormat.External, "iso.org:18013:nfc", "1", new byte[] { 2 }),
            new(NdefFormat.External, "example.org:more", "3", default),
        ];
        var read = NfcHandoverRequest.Parse(Lists(Convert.FromHexString(listed), records));
        if (isOne)
        {
            Assert.Equal("0", Assert.Single(Expect.Accepted(read).Carriers).Id);
        }
        else
        {
            Expect.Refused(FormatRule.Structure, read);
        }
    }

    [Fact]
    public void Records_without_a_name_are_not_of_one_name()
    {
        var (carrier, unnamed) = (new NfcCarrier.Nfc().ToRecord(), new NdefRecord(NdefFormat.External, "example.org:more", "", new byte[] { 1 }));
        byte[] listed = [1, 3, .. "nfc"u8, 0];
        Expect.Accepted(NfcHandoverRequest.Parse(Lists(listed, carrier, unnamed, unnamed)));
        Expect.Refused(FormatRule.Structure, NfcHandoverRequest.Parse(Lists(listed, carrier, carrier)));
    }

    [Fact]
    public void A_number_for_collisions_stands_in_a_request_alone_and_is_no_carrier()
    {
        NfcCarrier[] nfc = [new NfcCarrier.Nfc(255, 256)];
        Expect.Accepted(NfcHandoverRequest.Parse(HandoverMessage.Write("Hr", 7, nfc, null)));
        Expect.Accepted(NfcHandoverRequest.Parse(HandoverMessage.Write("Hr", null, nfc, null)));
        Expect.Refused(FormatRule.Structure, NfcHandoverRequest.Parse(HandoverMessage.Write("Hr", 7, [], null)));

        using var device = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var engagement = new NdefRecord(NdefFormat.External, "iso.org:18013:deviceengagement", "mdoc", DeviceEngagement.Create(Jwk.Of(device)).Encoded);
        Expect.Accepted(NfcHandover.Parse(HandoverMessage.Write("Hs", null, nfc, engagement)));
        Expect.Refused(FormatRule.Structure, NfcHandover.Parse(HandoverMessage.Write("Hs", 7, nfc, engagement)));
    }

    // NDEF 1.0 §3.2.4: the length of a short record is one byte, of any other four.
    [Theory]
    [InlineData(0, 4)]
    [InlineData(255, 259)]
    [InlineData(256, 263)]
    [InlineData(NdefMessage.MaxBytes - 7, NdefMessage.MaxBytes)]
    public void A_record_is_short_where_it_can_be(int payload, int bytes)
    {
        var written = NdefMessage.Write(new NdefRecord(NdefFormat.External, "x", "", new byte[payload]));
        Assert.Equal(bytes, written.Length);
        Assert.Equal(payload, Assert.Single(Expect.Accepted(NdefMessage.Parse(written))).Payload.Length);
    }

    private static Parsed<NfcCarrier> ReadNfc(string payload) =>
        NfcCarrier.Read(new(NdefFormat.External, "iso.org:18013:nfc", "nfc", Convert.FromHexString(payload)), NfcCarrierPower.Active);

    private static byte[] Lists(byte[] carrier, params NdefRecord[] records) =>
        NdefMessage.Write([new(NdefFormat.WellKnown, "Hr", "", (byte[])[0x15, .. NdefMessage.Write(new NdefRecord(NdefFormat.WellKnown, "ac", "", carrier))]), .. records]);
}
