using System.Buffers;
using Strata.Entries;
using Strata.Payloads.Encryption;
using Strata.Payloads.Envelopes;
using Strata.TestKit;
using Strata.TestKit.Bytes;
using Strata.TestKit.Tiers;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Tiers;

public sealed class EnvelopedTierTests
{
    private static readonly byte[] s_key = [1];

    private readonly ManualTimeProvider _time = new();
    private readonly FaultyTier _inner;
    private readonly EnvelopedTier _tier;
    private readonly ArrayBufferWriter<byte> _destination = new();

    public EnvelopedTierTests()
    {
        _inner = new FaultyTier(_time);
        _tier = new EnvelopedTier(_inner, new EnvelopeOptions { TimeProvider = _time });
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Set_OfText_KeepsLessThanTheValueInside()
    {
        byte[] value = TestText.Prose(20_000, 1);
        await _tier.SetAsync(s_key, new(value), default, Token);
        Assert.InRange(_inner.Peek(s_key)!.Length, 100, 15_000);
        Assert.Equal(TierReadStatus.Hit, (await _tier.GetAsync(s_key, _destination, Token)).Status);
        Assert.Equal(value, _destination.WrittenSpan.ToArray());
    }

    [Fact]
    public async Task Set_OfWhatIsNotToBeCompressed_KeepsItAsItIs()
    {
        byte[] value = TestText.Prose(20_000, 1);
        await _tier.SetAsync(s_key, new(value), new EntryPolicy { AllowsCompression = false }, Token);
        Assert.NotEqual(-1, _inner.Peek(s_key).AsSpan().IndexOf(value));
        Assert.Equal(TierReadStatus.Hit, (await _tier.GetAsync(s_key, _destination, Token)).Status);
    }

    [Fact]
    public async Task Get_OfWhatDoesNotOpen_MissesAndCountsTheReason()
    {
        await _tier.SetAsync(s_key, new(TestText.Prose(2_000, 1)), default, Token);
        byte[] envelope = _inner.Peek(s_key)!;
        await AssertMissAsync([.. "{}"u8]);
        await AssertMissAsync(envelope[..^1]);
        envelope[4]++;
        await AssertMissAsync(envelope);
        envelope[4]--;
        await _inner.SetAsync(new byte[] { 2 }, new(envelope), default, Token);
        Assert.Equal(TierReadStatus.Miss, (await _tier.GetAsync(new byte[] { 2 }, _destination, Token)).Status);
        Assert.Equal(new EnvelopeFaults { NotAnEnvelope = 1, Damaged = 1, UnknownVersion = 1, WrongKey = 1 }, _tier.Faults);
        Assert.Equal(4, _tier.Faults.Total);
        Assert.Equal(0, _destination.WrittenCount);

        async Task AssertMissAsync(byte[] inside)
        {
            await _inner.SetAsync(s_key, new(inside), default, Token);
            Assert.Equal(TierRead.Nothing(TierReadStatus.Miss), await _tier.GetAsync(s_key, _destination, Token));
        }
    }

    [Fact]
    public async Task Get_BehindKeys_CountsWhatTheyDoNotOpen()
    {
        using var former = new EncryptionKeyRing(1, TestBytes.Value(1, 32));
        using var ring = new EncryptionKeyRing(2, TestBytes.Value(2, 32));
        var tier = new EnvelopedTier(_inner, new EnvelopeOptions { TimeProvider = _time, EncryptionKeys = ring });
        await _tier.SetAsync(s_key, new([1]), default, Token);
        Assert.Equal(TierReadStatus.Miss, (await tier.GetAsync(s_key, _destination, Token)).Status);
        await new EnvelopedTier(_inner, new EnvelopeOptions { TimeProvider = _time, EncryptionKeys = former }).SetAsync(s_key, new([1]), default, Token);
        Assert.Equal(TierReadStatus.Miss, (await tier.GetAsync(s_key, _destination, Token)).Status);
        Assert.Equal(new EnvelopeFaults { NotEncrypted = 1, UnknownEncryptionKey = 1 }, tier.Faults);
    }

    [Fact]
    public async Task Get_InAndAfterTheGrace_IsStaleAndThenMisses()
    {
        await _tier.SetAsync(s_key, new([1]), new EntryPolicy { Ttl = TimeSpan.FromSeconds(10), StaleGrace = TimeSpan.FromSeconds(5) }, Token);
        TierRead fresh = await _tier.GetAsync(s_key, _destination, Token);
        Assert.Equal(new TierRead(TierReadStatus.Hit, 1, TimeSpan.FromSeconds(10)), fresh);
        _time.Advance(TimeSpan.FromSeconds(12));
        TierRead stale = await _tier.GetAsync(s_key, _destination, Token);
        Assert.Equal(new TierRead(TierReadStatus.Stale, 1, TimeSpan.FromSeconds(3)), stale);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TierReadStatus.Miss, (await _tier.GetAsync(s_key, _destination, Token)).Status);
        Assert.Equal(0, _tier.Faults.Total);
    }

    [Fact]
    public async Task Get_WhereTheTierInsideForgetsNothing_ExpiresAllTheSame()
    {
        await _tier.SetAsync(s_key, new([1]), TimeSpan.FromSeconds(10), Token);
        byte[] envelope = _inner.Peek(s_key)!;
        await _inner.SetAsync(s_key, new(envelope), default, Token);
        Assert.Equal(TimeSpan.FromSeconds(10), (await _tier.GetAsync(s_key, _destination, Token)).TimeToLive);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(TierReadStatus.Miss, (await _tier.GetAsync(s_key, _destination, Token)).Status);
        Assert.Equal(0, _tier.Faults.Total);
    }

    [Fact]
    public async Task Get_WithAClockThatIsBehind_BelievesTheTierInside()
    {
        await _tier.SetAsync(s_key, new([1]), TimeSpan.FromSeconds(10), Token);
        _time.Advance(TimeSpan.FromSeconds(6));
        var behind = new EnvelopedTier(_inner, new EnvelopeOptions { TimeProvider = new ManualTimeProvider() });
        Assert.Equal(TimeSpan.FromSeconds(4), (await behind.GetAsync(s_key, _destination, Token)).TimeToLive);
    }

    [Theory]
    [InlineData(TierReadStatus.Throttled)]
    [InlineData(TierReadStatus.Faulted)]
    public async Task Get_WhereTheTierInsideFails_SaysSo(TierReadStatus status)
    {
        _inner.ReadFault = status;
        Assert.Equal(TierRead.Nothing(status), await _tier.GetAsync(s_key, _destination, Token));
        Assert.Equal(0, _tier.Faults.Total);
    }

    [Fact]
    public async Task GetAndSet_WhileTheTierInsideWaits_FinishWhenItDoes()
    {
        _inner.Hold();
        ValueTask<TierWriteStatus> write = _tier.SetAsync(s_key, new([1, 2]), default, Token);
        ValueTask<TierRead> read = _tier.GetAsync(s_key, _destination, Token);
        Assert.False(write.IsCompleted || read.IsCompleted);
        _inner.Release();
        Assert.Equal(TierWriteStatus.Done, await write);
        await read;
        _inner.Hold();
        ValueTask<TierRead> again = _tier.GetAsync(s_key, _destination, Token);
        _inner.Release();
        Assert.Equal(TierReadStatus.Hit, (await again).Status);
    }

    [Fact]
    public async Task Set_OfTags_PutsThemIntoTheEnvelope()
    {
        await _tier.SetAsync(s_key, new([1]), new EntryOptions { Tags = ["a", "b"] }, Token);
        Assert.Equal(EnvelopeRead.Ok, new EnvelopeFormat().Read(s_key, _inner.Peek(s_key), 0, _destination, out EnvelopeHeader header, out _));
        Assert.Equal(["a", "b"], header.Tags);
        Assert.Equal(_time.GetUtcNow().ToUnixTimeMilliseconds(), header.CreatedMs);
        Assert.Equal(header.CreatedMs, header.Timestamp >> 16);
    }

    [Fact]
    public async Task GetMany_OverADamagedEntry_DeliversTheOthers()
    {
        byte[][] keys = [[1], [2], [3]];
        var results = new TierWriteStatus[3];
        await _tier.SetManyAsync(keys.Select(key => new TierEntry(key, new(new byte[] { key[0], 9 }), default)).ToArray(), results, Token);
        Assert.All(results, status => Assert.Equal(TierWriteStatus.Done, status));
        await _inner.SetAsync(keys[1], new([5, 5, 5]), default, Token);
        var reads = new TierRead[3];
        await _tier.GetManyAsync(keys.Select(key => (ReadOnlyMemory<byte>)key).ToArray(), reads, _destination, Token);
        Assert.Equal([TierReadStatus.Hit, TierReadStatus.Miss, TierReadStatus.Hit], reads.Select(read => read.Status));
        Assert.Equal([1, 9, 3, 9], _destination.WrittenSpan.ToArray());
    }

    [Fact]
    public async Task TieredCache_OverAnEnvelopedTier_ReadsItsValues()
    {
        using var ring = new EncryptionKeyRing(1, TestBytes.Value(1, 32));
        var tier = new EnvelopedTier(_inner, new EnvelopeOptions { TimeProvider = _time, EncryptionKeys = ring });
        using (var first = new TieredCache(new() { CapacityBytes = 1 << 20, TimeProvider = _time, Tiers = { tier } }))
            await first.SetAsync("name", "Ada", cancellationToken: Token);
        using var second = new TieredCache(new() { CapacityBytes = 1 << 20, TimeProvider = _time, Tiers = { tier } });
        Assert.Equal("Ada", await second.GetOrAddAsync("name", static _ => throw new InvalidOperationException("must not be loaded")));
    }
}
