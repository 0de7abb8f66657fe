using System.Reflection;
using System.Runtime.InteropServices;
using Strata.Engine.Hashing;

namespace Strata.Engine.Tests.Hashing;

/// <summary>Calls the hash, which takes addresses, from tests, which may not: the key is pinned and handed over by reflection.</summary>
internal static class KeyHashCaller
{
    private static readonly MethodInfo s_compute =
        typeof(KeyHash).GetMethod(nameof(KeyHash.Compute), BindingFlags.Static | BindingFlags.Public)
        ?? throw new InvalidOperationException("The hash has no method Compute.");

    private static readonly PropertyInfo s_words =
        typeof(HashSecret).GetProperty(nameof(HashSecret.Words)) ?? throw new InvalidOperationException("The secret has no property Words.");

    public static ulong Compute(ReadOnlySpan<byte> key, HashSecret secret, int offset = 0)
    {
        // The surroundings are not zero, so that a hash that looks beyond its key is caught.
        var room = GC.AllocateUninitializedArray<byte>(offset + key.Length + 16, pinned: true);
        room.AsSpan().Fill(0xEE);
        key.CopyTo(room.AsSpan(offset));
        var handle = GCHandle.Alloc(room, GCHandleType.Pinned);
        try
        {
            object?[] arguments = [handle.AddrOfPinnedObject() + offset, key.Length, s_words.GetValue(secret)];
            return (ulong)s_compute.Invoke(null, arguments)!;
        }
        finally
        {
            handle.Free();
            GC.KeepAlive(secret);
        }
    }
}
