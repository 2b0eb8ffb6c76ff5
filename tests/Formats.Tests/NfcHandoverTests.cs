using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Mdoc;

namespace IdentityPlatform.Formats.Tests;

/// <summary>Two who meet by NFC: the messages of ISO/IEC 18013-5 Annex D, read and written byte for byte, and what must not be taken for one.</summary>
public sealed class NfcHandoverTests
{
    private static readonly CborValue Transcript =
        Expect.Accepted(StrictCbor.Parse(Convert.FromHexString(Vectors.Read("iso18013-5-annex-d", "D.5.1-session").StringMember("session_transcript_hex")!)));

    private static readonly ReadOnlyMemory<byte> Hs = Transcript.Items![2].Items![0].Bytes!.Value;
    private static readonly ReadOnlyMemory<byte> Hr = Transcript.Items![2].Items![1].Bytes!.Value;

    private readonly NfcHandoverRequest _request = Expect.Accepted(NfcHandoverRequest.Parse(Hr));

    [Fact]
    public void The_reader_of_the_annex_asks_for_three_carriers()
    {
        var ble = Assert.IsType<NfcCarrier.Ble>(_request.Carriers[0]);
        Assert.Equal((BleRole.PeripheralPreferred, NfcCarrierPower.Active, true), (ble.Role, ble.Power, ble.IsAddressRandom));
        Assert.Equal(Guid.Parse("3a82d455-d5fc-4db3-bea0-6fd2f6ff32c8"), ble.Service);
        Assert.Equal("28BF80800728", Convert.ToHexString(ble.Address!.Value.Span));
        Assert.Null(Assert.IsType<NfcCarrier.Nfc>(_request.Carriers[1]).MaxCommandBytes);
        var wifi = Assert.IsType<NfcCarrier.Other>(_request.Carriers[2]);
        Assert.Equal(("application/vnd.wfa.nan", 43), (wifi.Type, wifi.Configuration.Length));
        Assert.Equal(["ble", "nfc", "other"], _request.Carriers.Select(carrier => carrier.Match(_ => "ble", _ => "nfc", _ => "other")));
    }

    [Fact]
    public void The_device_of_the_annex_chooses_one_and_the_transcript_holds_both_messages()
    {
        var met = Expect.Accepted(NfcHandover.Parse(Hs, _request));
        var ble = Assert.IsType<NfcCarrier.Ble>(Assert.Single(met.Carriers));
        Assert.Equal(BleRole.Central, ble.Role);
        Assert.Null(ble.Service);
        Assert.Equal("2828378B1228", Convert.ToHexString(ble.Address!.Value.Span));
        Assert.Equal(Transcript.Items![0].Embedded()!.Value.ToArray(), met.Engagement.Encoded.ToArray());
        Assert.Empty(met.Engagement.Methods);

        var transcript = SessionTranscript.ForProximity(met.Engagement.Encoded, Transcript.Items[1].Embedded()!.Value, met.Handover);
        Assert.Equal(Transcript.Encoded.ToArray(), transcript.Encoded.ToArray());
    }

    [Fact]
    public void Without_a_request_the_transcript_holds_the_select_alone()
    {
        var met = Expect.Accepted(NfcHandover.Parse(Hs));
        Assert.Null(met.Request);
        Assert.Equal(CborValue.Array(CborValue.Of(Hs), CborValue.Null).Encoded.ToArray(), met.Handover.Encoded.ToArray());
    }

    [Fact]
    public void Both_messages_of_the_annex_are_written_to_the_same_bytes()
    {
        Assert.Equal(Hr.ToArray(), NfcHandoverRequest.Create(0x0102, _request.Carriers).Encoded.ToArray());
        var met = Expect.Accepted(NfcHandover.Parse(Hs, _request));
        Assert.Equal(Hs.ToArray(), NfcHandover.Create(met.Engagement, met.Carriers, _request).Select.ToArray());
    }

    [Theory]
    [InlineData("48731", "48721", FormatRule.Type)] // a request where a select is expected
    [InlineData("487315", "487325", FormatRule.Type)] // another major version
    [InlineData("91020f", "b1020f", FormatRule.Structure)] // a record in parts
    [InlineData("91020f", "11020f", FormatRule.Structure)] // a message that does not begin
    [InlineData("1a200c", "9a200c", FormatRule.Structure)] // that begins twice
    [InlineData("5c1e58", "1c1e58", FormatRule.Structure)] // that does not end
    [InlineData("5c1e58", "5e1e58", FormatRule.Type)] // a record whose type is the one before
    [InlineData("5c1e58", "5c1e59", FormatRule.Structure)] // longer than the message
    [InlineData("6163010130", "6164010130", FormatRule.Structure)] // something else than a carrier is listed
    [InlineData("6163010130", "6163040130", FormatRule.Structure)] // there is no such power state
    [InlineData("6163010130", "6163010131", FormatRule.Structure)] // a carrier without a record
    [InlineData("3001046d646f63", "3001046d646f64", FormatRule.Structure)] // refers to a record that is not there
    [InlineData("3001046d646f63", "3002046d646f63", FormatRule.Structure)] // refers to more than it names
    [InlineData("3001046d646f63", "3000046d646f63", FormatRule.Structure)] // and to less
    [InlineData("91020f487315d10209616301013001046d646f63", "91020a487315d10204616301013000", FormatRule.Structure)] // nothing refers to the engagement
    [InlineData("91020f487315d10209616301013001046d646f63", "910201487315", FormatRule.Structure)] // no carrier
    [InlineData("67656d656e74", "67656d656e75", FormatRule.Structure)] // the engagement is another record
    [InlineData("021c01", "021c04", FormatRule.Structure)] // there is no such role
    [InlineData("021c01", "021d01", FormatRule.Structure)] // no role
    [InlineData("021c01", "031c01", FormatRule.Structure)] // a structure beyond its record
    [InlineData("081b28", "001b28", FormatRule.Structure)] // and one without a type
    [InlineData("081b28", "081c28", FormatRule.Structure)] // the role twice
    [InlineData("282801021c", "282802021c", FormatRule.Structure)] // an address is public or random
    [InlineData("63312e30", "63322e30", FormatRule.Type)] // an engagement of another version
    public void A_select_that_breaks_a_rule_is_refused(string found, string instead, FormatRule rule)
    {
        var hex = Convert.ToHexStringLower(Hs.Span);
        var at = hex.IndexOf(found, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{found} is not there");
        Expect.Accepted(NfcHandover.Parse(Convert.FromHexString(hex)));
        Expect.Refused(rule, NfcHandover.Parse(Convert.FromHexString(hex.Remove(at, found.Length).Insert(at, instead))));
    }

    [Theory]
    [InlineData("5a172b0161", "5a17ff0161", FormatRule.Structure)] // longer than the message
    [InlineData("6e616e57", "6e616e30", FormatRule.Structure)] // two records of one name
    [InlineData("6163010157", "6163010130", FormatRule.Structure)] // one carrier twice
    [InlineData("6372", "6373", FormatRule.Structure)] // something else than the number for collisions
    [InlineData("6e666301", "6e666302", FormatRule.Structure)] // another version of the offer of NFC
    [InlineData("1107c8", "1007c8", FormatRule.Structure)] // a service of fifteen bytes
    [InlineData("4872", "4873", FormatRule.Type)] // a select where a request is expected
    public void A_request_that_breaks_a_rule_is_refused(string found, string instead, FormatRule rule)
    {
        var hex = Convert.ToHexStringLower(Hr.Span);
        var at = hex.IndexOf(found, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{found} is not there");
        Expect.Refused(rule, NfcHandoverRequest.Parse(Convert.FromHexString(hex.Remove(at, found.Length).Insert(at, instead))));
    }

    [Fact]
    public void What_is_cut_off_or_goes_on_is_refused()
    {
        for (var length = 0; length < Hs.Length; length++)
        {
            Expect.Refused(FormatRule.Structure, NfcHandover.Parse(Hs[..length]));
        }

        Expect.Refused(FormatRule.Structure, NfcHandover.Parse((byte[])[.. Hs.Span, 0]));
        Expect.Refused(FormatRule.Size, NfcHandover.Parse(new byte[NdefMessage.MaxBytes + 1]));
        var empty = new NdefRecord(NdefFormat.Unknown, "", "", default);
        Expect.Refused(FormatRule.Size, NdefMessage.Parse(NdefMessage.Write(Enumerable.Repeat(empty, 33).ToList())));
        Expect.Accepted(NdefMessage.Parse(NdefMessage.Write(Enumerable.Repeat(empty, 32).ToList())));
    }

    [Fact]
    public void A_later_minor_version_and_records_that_nobody_lists_are_read()
    {
        var hex = Convert.ToHexStringLower(Hs.Span);
        Expect.Accepted(NfcHandover.Parse(Convert.FromHexString(hex.Replace("487315", "487316", StringComparison.Ordinal))));
        var more = NdefMessage.Write([.. Expect.Accepted(NdefMessage.Parse(Hs)), new NdefRecord(NdefFormat.External, "example.org:more", "more", new byte[300])]);
        Assert.Single(Expect.Accepted(NfcHandover.Parse(more)).Carriers);
    }

    [Fact]
    public void A_device_answers_a_request_with_one_carrier_of_those_asked_for()
    {
        var engagement = Expect.Accepted(NfcHandover.Parse(Hs)).Engagement;
        NfcCarrier[] both = [new NfcCarrier.Ble(BleRole.Central), new NfcCarrier.Nfc(255, 256)];
        var offered = NfcHandover.Create(engagement, both);
        var (ble, nfc) = (Assert.IsType<NfcCarrier.Ble>(offered.Carriers[0]), Assert.IsType<NfcCarrier.Nfc>(offered.Carriers[1]));
        Assert.Equal((BleRole.Central, true, true), (ble.Role, ble.Address is null, ble.Service is null));
        Assert.Equal((255, 256), (nfc.MaxCommandBytes, nfc.MaxResponseBytes));
        Expect.Refused(FormatRule.Structure, NfcHandover.Parse(offered.Select, _request));

        var asked = NfcHandoverRequest.Create(7, new NfcCarrier.Nfc());
        Expect.Accepted(NfcHandover.Parse(NfcHandover.Create(engagement, both[1..]).Select, asked));
        Expect.Refused(FormatRule.Structure, NfcHandover.Parse(NfcHandover.Create(engagement, both[..1]).Select, asked));
        Assert.Throws<FormatException>(() => NfcHandover.Create(engagement, []));
        Assert.Throws<FormatException>(() => NfcHandover.Create(engagement, [both[0], both[0]]));
        Assert.Throws<FormatException>(() => NfcHandoverRequest.Create(7));
    }

    [Theory]
    [InlineData(255, 256)]
    [InlineData(65535, 65535)]
    [InlineData(65535, 65536)]
    public void An_offer_of_NFC_says_how_long_messages_may_be(int command, int response)
    {
        var engagement = Expect.Accepted(NfcHandover.Parse(Hs)).Engagement;
        var read = Expect.Accepted(NfcHandover.Parse(NfcHandover.Create(engagement, [new NfcCarrier.Nfc(command, response)]).Select));
        var nfc = Assert.IsType<NfcCarrier.Nfc>(Assert.Single(read.Carriers));
        Assert.Equal((command, response), (nfc.MaxCommandBytes, nfc.MaxResponseBytes));
    }

    [Theory]
    [InlineData("01030100fe03020100")] // commands of 254 bytes
    [InlineData("01030100ff030200ff")] // answers of 255
    [InlineData("01030100ff040201 0001")] // answers of 65537
    [InlineData("010401010000 03020100")] // commands of 65536
    [InlineData("0103020100030100ff")] // the other way round
    [InlineData("01030100ff")] // no bound on answers
    [InlineData("01030100ff0302010000")] // and more
    [InlineData("01050100000000")] // a number of four bytes
    [InlineData("")]
    public void An_offer_of_NFC_with_other_bounds_is_refused(string payload)
    {
        Expect.Refused(FormatRule.Structure, Read(payload));
        Expect.Accepted(Read("01030100ff03020100"));
        Expect.Accepted(Read("01"));
        static Parsed<NfcCarrier> Read(string hex) => NfcCarrier.Read(
            new NdefRecord(NdefFormat.External, "iso.org:18013:nfc", "nfc", Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))), NfcCarrierPower.Active);
    }

    [Fact]
    public void Bounds_and_addresses_that_cannot_be_offered_are_misuse()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new NfcCarrier.Nfc(254, 256));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NfcCarrier.Nfc(255, 255));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NfcCarrier.Nfc(65536, 256));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NfcCarrier.Nfc(255, 65537));
        Assert.Throws<ArgumentException>(() => new NfcCarrier.Ble(BleRole.Central) { Address = new byte[5] });
    }
}
