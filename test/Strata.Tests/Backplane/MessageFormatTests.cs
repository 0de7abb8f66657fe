using System.Buffers.Binary;
using System.Text;
using Strata.Backplane;
using Strata.Invalidation;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Tests.Backplane;

/// <summary>What is written is read again; what is not a message is refused, whatever it is.</summary>
public sealed class MessageFormatTests
{
    private static readonly byte[] s_secret = "0123456789abcdef"u8.ToArray();

    public static TheoryData<string, byte[]> Garbled => new()
    {
        { "no changes", Message() },
        { "an unknown kind of change", Message(99) },
        { "a key without a length", Message(1) },
        { "a key with half a length", Message(1, 4) },
        { "an empty key", Message(1, 0, 0) },
        { "a key that ends too soon", Message(1, 9, 0, 1, 2, 3) },
        { "a key that is too long", Message([1, 1, 16, .. new byte[4097]]) },
        { "tags without a number", Message(2) },
        { "no tags", Message(2, 0) },
        { "too many tags", Message([2, 65, .. Enumerable.Repeat<byte[]>([1, 0, 65], 65).SelectMany(tag => tag)]) },
        { "an empty tag", Message(2, 1, 0, 0) },
        { "a tag of malformed text", Message(3, 1, 1, 0, 0xFF) },
        { "a pattern that ends within an escape", Message(5, 1, 0, (byte)'\\') },
        { "an empty pattern", Message(5, 0, 0) },
        { "good changes before a bad one", Message(6, 1, 1, 0, 65, 99) },
    };

    [Fact]
    public void Message_WithEveryKindOfChange_IsReadAsItWasWritten()
    {
        InvalidationRule[] rules = [InvalidationRule.OfAnyTag("a", "é"), InvalidationRule.OfAllTags("b", "c"), InvalidationRule.OfPrefix("ns:"), InvalidationRule.OfPattern("x*\\*")];
        List<byte> bytes = [];
        MessageFormat.WriteHeader(bytes, new(MessageKind.Changes, UInt128.MaxValue - 5, 77), hasTag: true);
        foreach (InvalidationRule rule in rules)
            MessageFormat.WriteRule(bytes, rule);
        MessageFormat.WriteKey(bytes, "key"u8);
        MessageFormat.WriteRule(bytes, null);
        byte[] message = MessageFormat.Seal(bytes, s_secret);

        Assert.True(MessageFormat.TryReadHeader(message, s_secret, out MessageHeader header, out Range range));
        Assert.Equal(new(MessageKind.Changes, UInt128.MaxValue - 5, 77), header);
        Assert.True(MessageFormat.TryReadChanges(message, range, out List<Change>? changes));
        Assert.Equal(rules, changes.Take(4).Select(change => change.Rule));
        Assert.Equal("key", Encoding.UTF8.GetString(message.AsSpan()[changes[4].Key]));
        Assert.True(changes[4].IsKey && !changes[5].IsKey && changes[5].Rule is null && changes.Count == 6);
    }

    /// <summary>The bytes of this version, so that nodes of different releases understand each other.</summary>
    [Fact]
    public void Message_OfThisVersion_HasTheseBytes()
    {
        List<byte> bytes = [];
        MessageFormat.WriteHeader(bytes, new(MessageKind.Changes, 0x0102, 3), hasTag: false);
        MessageFormat.WriteKey(bytes, "k"u8);
        MessageFormat.WriteRule(bytes, InvalidationRule.OfAnyTag("t"));
        Assert.Equal("5342010202010000000000000000000000000000030000000000000001" + "01006B" + "0201010074", Convert.ToHexString(MessageFormat.Seal(bytes, [])));
    }

    [Theory]
    [MemberData(nameof(Garbled), DisableDiscoveryEnumeration = true)]
    public void Message_ThatIsGarbled_IsRefusedAsAWhole(string what, byte[] message)
    {
        bool isRead = MessageFormat.TryReadHeader(message, [], out _, out Range range) && MessageFormat.TryReadChanges(message, range, out _);
        Assert.False(isRead, what);
    }

    [Fact]
    public void Message_WithAnyBitFlipped_IsNotAuthentic()
    {
        byte[] message = Sealed(s_secret);
        Assert.True(MessageFormat.TryReadHeader(message, s_secret, out _, out _));
        for (int bit = 0; bit < message.Length * 8; bit++)
        {
            byte[] flipped = [.. message];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(MessageFormat.TryReadHeader(flipped, s_secret, out _, out _), $"Bit {bit}.");
        }
    }

    [Fact]
    public void Message_OfAnotherKeyOrOfNone_IsNotAuthentic()
    {
        Assert.False(MessageFormat.TryReadHeader(Sealed("another secret!!"u8), s_secret, out _, out _));
        Assert.False(MessageFormat.TryReadHeader(Sealed([]), s_secret, out _, out _));
        Assert.False(MessageFormat.TryReadHeader(Sealed(s_secret), [], out _, out _));
    }

    /// <summary>Random bytes, and messages with random bytes in them, in every length: nothing throws, and nothing is read beyond the end.</summary>
    [Fact]
    public void Message_OfRandomBytes_NeverThrows()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        byte[] good = Message([2, 2, 1, 0, 65, 1, 0, 66, 5, 2, 0, 65, 42, 1, 3, 0, 65, 66, 67, 6]);
        int read = 0;
        for (int round = 0; round < 200_000; round++)
        {
            byte[] message = [.. good.AsSpan(0, random.Next(good.Length + 1))];
            for (int i = random.Next(4); i > 0 && message.Length > 4; i--)
                message[random.Next(4, message.Length)] = (byte)random.Next(256);
            try
            {
                if (MessageFormat.TryReadHeader(message, [], out _, out Range range) && MessageFormat.TryReadChanges(message, range, out _))
                    read++;
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {seed}, round {round}: {exception}");
            }
        }

        Assert.InRange(read, 1, 199_999);
    }

    /// <summary>A message is never longer than the transport takes, however much waits.</summary>
    [Fact]
    public void Outbox_OfManyLongKeys_FillsMessagesThatAreReadAgain()
    {
        var outbox = new Outbox(1 << 20);
        for (int i = 0; i < 100; i++)
        {
            byte[] key = TestBytes.Value((ulong)i, 4096);
            Assert.True(outbox.Add(key));
            Assert.True(outbox.Add(key));
        }

        for (int i = 0; i < 10; i++)
            Assert.True(outbox.Add(InvalidationRule.OfAnyTag([.. Enumerable.Range(0, 64).Select(tag => new string('x', 250) + $"{i:D3}{tag:D3}")])));
        int count = 0;
        while (!outbox.IsEmpty)
        {
            List<byte> bytes = [];
            MessageFormat.WriteHeader(bytes, new(MessageKind.Changes, 1, 1), hasTag: true);
            count += outbox.MoveTo(bytes, BackplaneOptions.MaxMessageBytes - MessageFormat.TagBytes);
            byte[] message = MessageFormat.Seal(bytes, s_secret);
            Assert.True(MessageFormat.TryReadHeader(message, s_secret, out _, out Range range) && MessageFormat.TryReadChanges(message, range, out _));
        }

        Assert.Equal((110, 0), (count, outbox.Bytes));
    }

    private static byte[] Sealed(ReadOnlySpan<byte> key)
    {
        List<byte> bytes = [];
        MessageFormat.WriteHeader(bytes, new(MessageKind.Changes, 1, 1), hasTag: !key.IsEmpty);
        MessageFormat.WriteKey(bytes, "key"u8);
        return MessageFormat.Seal(bytes, key);
    }

    private static byte[] Message(params byte[] changes)
    {
        List<byte> bytes = [];
        MessageFormat.WriteHeader(bytes, new(MessageKind.Changes, 1, 1), hasTag: false);
        bytes.AddRange(changes);
        return MessageFormat.Seal(bytes, []);
    }
}
