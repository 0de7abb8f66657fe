using System.Collections.Concurrent;
using Strata.Payloads.Encryption;
using Strata.TestKit;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Tests.Payloads.Encryption;

public sealed class EncryptionKeyRingTests
{
    private readonly byte[] _key = TestBytes.Value(1, 32);

    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(32)]
    public void Decrypt_OfWhatWasEncrypted_IsThePlainText(int keyBytes)
    {
        using var ring = new EncryptionKeyRing(7, TestBytes.Value(2, keyBytes));
        Assert.Equal("plain"u8.ToArray(), Decrypt(ring, Encrypt(ring, "plain"u8.ToArray())));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(33)]
    public void Constructor_WithKeyOfAnotherLength_NamesIt(int keyBytes) =>
        Assert.Contains($"{keyBytes} bytes", Assert.Throws<ArgumentException>(() => new EncryptionKeyRing(1, new byte[keyBytes])).Message, StringComparison.Ordinal);

    [Fact]
    public void MakeCurrent_OfAnAddedKey_EncryptsWithItAndReadsBoth()
    {
        using var ring = new EncryptionKeyRing(1, _key);
        Message former = Encrypt(ring, "former"u8.ToArray());
        ring.Add(2, TestBytes.Value(3, 16));
        Assert.Equal(1, ring.CurrentKeyId);
        ring.MakeCurrent(2);
        Assert.Equal(2, ring.CurrentKeyId);
        Message latter = Encrypt(ring, "latter"u8.ToArray());
        Assert.Equal((1, 2), (former.KeyId, latter.KeyId));
        Assert.Equal("former"u8.ToArray(), Decrypt(ring, former));
        Assert.Equal("latter"u8.ToArray(), Decrypt(ring, latter));
    }

    [Fact]
    public void Remove_OfAFormerKey_ReadsItNoMore()
    {
        using var ring = new EncryptionKeyRing(1, _key);
        EncryptionKey former = ring.Current;
        Message message = Encrypt(ring, "former"u8.ToArray());
        ring.Add(2, TestBytes.Value(3, 16));
        ring.MakeCurrent(2);
        Assert.True(ring.Remove(1));
        Assert.False(ring.Remove(1));
        Assert.Equal([2], ring.KeyIds);
        Assert.Null(ring.Find(1));
        // Nor does the key itself, which a reader may still hold: neither an idle instance nor one made of wiped bytes.
        Assert.False(former.TryDecrypt(message.Cipher, new byte[6], message.Tag, [], message.Nonce));
        Assert.False(former.TryEncrypt(new byte[6], new byte[6], new byte[16], [], message.Nonce));
    }

    [Fact]
    public async Task Remove_WhileOthersEncrypt_LeavesNoInstanceBehind()
    {
        for (int round = 0; round < 20; round++)
        {
            using var ring = new EncryptionKeyRing(1, _key);
            EncryptionKey key = ring.Current;
            using var isInside = new CountdownEvent(3);
            // Threads of their own: the pool may be slow to give the last one.
            Task[] workers = [.. Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(() =>
            {
                byte[] plain = new byte[200_000], cipher = new byte[200_000], tag = new byte[EncryptionKey.TagBytes], nonce = new byte[EncryptionKey.NonceBytes];
                isInside.Signal();
                bool isRefused = false;
                for (int count = 0; count < 20_000 && !isRefused; count++)
                {
                    key.NextNonce(nonce);
                    isRefused = !key.TryEncrypt(plain, cipher, tag, [], nonce);
                }

                Assert.True(isRefused);
            }, TaskCreationOptions.LongRunning))];
            isInside.Wait(TestContext.Current.CancellationToken);
            key.End();
            await Task.WhenAll(workers);
            Assert.Equal(0, key.IdleCount);
        }
    }

    [Fact]
    public void AnyChange_ThatMakesNoSense_ThrowsAndChangesNothing()
    {
        using var ring = new EncryptionKeyRing(1, _key);
        Assert.Contains("1", Assert.Throws<ArgumentException>(() => ring.Add(1, _key)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ring.Add(2, new byte[5]));
        Assert.Contains("2", Assert.Throws<ArgumentException>(() => ring.MakeCurrent(2)).Message, StringComparison.Ordinal);
        Assert.Contains("current", Assert.Throws<ArgumentException>(() => ring.Remove(1)).Message, StringComparison.Ordinal);
        for (int id = 2; id <= EncryptionKeyRing.MaxKeys; id++)
            ring.Add(id, _key);
        Assert.Contains($"{EncryptionKeyRing.MaxKeys}", Assert.Throws<InvalidOperationException>(() => ring.Add(1_000, _key)).Message, StringComparison.Ordinal);
        Assert.Equal(1, ring.CurrentKeyId);
        Assert.Equal(EncryptionKeyRing.MaxKeys, ring.KeyIds.Length);
    }

    [Fact]
    public void AnyCall_AfterDispose_ThrowsOrFindsNothing()
    {
        var ring = new EncryptionKeyRing(1, _key);
        ring.Dispose();
        ring.Dispose();
        Assert.Throws<ObjectDisposedException>(() => ring.CurrentKeyId);
        Assert.Throws<ObjectDisposedException>(() => ring.Add(2, _key));
        Assert.Throws<ObjectDisposedException>(() => ring.MakeCurrent(1));
        Assert.Throws<ObjectDisposedException>(() => ring.Remove(1));
        Assert.Null(ring.Find(1));
    }

    [Fact]
    public void Nonces_OfOneKey_NeverRepeat()
    {
        using var ring = new EncryptionKeyRing(1, _key);
        var seen = new ConcurrentDictionary<UInt128, int>();
        Parallel.For(0, 4, thread =>
        {
            Span<byte> nonce = stackalloc byte[16];
            for (int i = 0; i < 20_000; i++)
            {
                ring.Current.NextNonce(nonce[..EncryptionKey.NonceBytes]);
                Assert.True(seen.TryAdd(System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(nonce), thread));
            }
        });
        // Another ring with the same key starts elsewhere: another process, or this one after a restart.
        using var again = new EncryptionKeyRing(1, _key);
        Span<byte> other = stackalloc byte[16];
        again.Current.NextNonce(other[..EncryptionKey.NonceBytes]);
        Assert.False(seen.ContainsKey(System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(other)));
    }

    [Fact]
    public async Task Rotation_WhileOthersEncryptAndDecrypt_LosesNoMessage()
    {
        using var ring = new EncryptionKeyRing(0, _key);
        using var stop = new CancellationTokenSource();
        Task[] workers = [.. Enumerable.Range(0, 3).Select(thread => Task.Run(() =>
        {
            byte[] plain = TestBytes.Value((ulong)thread, 100);
            while (!stop.IsCancellationRequested)
            {
                // A key is taken away only after the next-but-one is current: the message is still readable, or its key is gone for good.
                Message message = Encrypt(ring, plain);
                if (Decrypt(ring, message) is { } read)
                    Assert.Equal(plain, read);
                else
                    Assert.DoesNotContain(message.KeyId, ring.KeyIds);
            }
        }))];
        for (int id = 1; id <= 300; id++)
        {
            ring.Add(id, TestBytes.Value((ulong)id, 32));
            ring.MakeCurrent(id);
            ring.Remove(id - 1);
        }

        await stop.CancelAsync();
        await Task.WhenAll(workers);
        Assert.Equal([300], ring.KeyIds);
    }

    [Fact]
    public void EncryptAndDecrypt_Always_AllocateNothing()
    {
        using var ring = new EncryptionKeyRing(1, _key);
        byte[] plain = new byte[100], cipher = new byte[100], tag = new byte[16], nonce = new byte[12];
        bool isRight = Allocation.OfCalls(
            () =>
            {
                EncryptionKey key = ring.Current;
                key.NextNonce(nonce);
                return key.TryEncrypt(plain, cipher, tag, plain, nonce) && key.TryDecrypt(cipher, plain, tag, plain, nonce);
            },
            out long bytes);
        Assert.True(isRight);
        Assert.Equal(0, bytes);
    }

    private static Message Encrypt(EncryptionKeyRing ring, byte[] plain)
    {
        while (true)
        {
            EncryptionKey key = ring.Current;
            var message = new Message(key.Id, new byte[EncryptionKey.NonceBytes], new byte[plain.Length], new byte[EncryptionKey.TagBytes]);
            key.NextNonce(message.Nonce);
            if (key.TryEncrypt(plain, message.Cipher, message.Tag, [], message.Nonce))
                return message;
        }
    }

    private static byte[]? Decrypt(EncryptionKeyRing ring, Message message)
    {
        byte[] plain = new byte[message.Cipher.Length];
        return ring.Find(message.KeyId) is { } key && key.TryDecrypt(message.Cipher, plain, message.Tag, [], message.Nonce) ? plain : null;
    }

    private sealed record Message(int KeyId, byte[] Nonce, byte[] Cipher, byte[] Tag);
}
