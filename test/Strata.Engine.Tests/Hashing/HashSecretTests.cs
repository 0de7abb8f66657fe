using Strata.Engine.Hashing;
using Xunit;

namespace Strata.Engine.Tests.Hashing;

public sealed class HashSecretTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(Secrets.WordCount - 1)]
    [InlineData(Secrets.WordCount + 1)]
    public void Constructor_WrongNumberOfWords_NamesBothNumbers(int count)
    {
        var error = Assert.Throws<ArgumentException>("words", () => new HashSecret(new ulong[count]));

        Assert.Contains($"{Secrets.WordCount}", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{count}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_LongestKey_AreEnough()
    {
        Assert.Equal(ByteStoreOptions.MaxKeyBytes, HashSecret.MessageWords * sizeof(ulong));
        Assert.True(HashSecret.MessageWords + HashSecret.MixWords + ByteStoreOptions.MaxKeyBytes < HashSecret.WordCount);
    }

    [Fact]
    public void Process_ReadTwice_IsOneRandomSecret()
    {
        Assert.Same(HashSecret.Process, HashSecret.Process);
        var hashes = Enumerable.Range(0, 100).Select(i => KeyHashCaller.Compute([(byte)i], HashSecret.Process)).ToHashSet();
        Assert.Equal(100, hashes.Count);
    }

    [Fact]
    public void Constructor_WordsChangedAfterwards_KeepsItsOwnCopy()
    {
        ulong[] words = Secrets.Words(5);
        var secret = new HashSecret(words);
        ulong before = KeyHashCaller.Compute("key"u8, secret);

        Array.Clear(words);

        Assert.Equal(before, KeyHashCaller.Compute("key"u8, secret));
    }
}
