using System.Runtime.InteropServices;

namespace Strata.Engine.Stress.Litmus;

/// <summary>Zeroed native words, aligned to a page, so that races run over the kind of memory the engine uses.</summary>
internal sealed unsafe class NativeWords : IDisposable
{
    private const nuint Alignment = 4096;

    public NativeWords(int count)
    {
        nuint bytes = (nuint)count * sizeof(ulong);
        Pointer = (ulong*)NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(Pointer, bytes);
    }

    public ulong* Pointer { get; private set; }

    /// <summary>Frees the words: no thread may use them any more.</summary>
    public void Dispose()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }
}
