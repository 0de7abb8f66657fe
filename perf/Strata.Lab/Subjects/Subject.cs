using Strata.Lab.Load;

namespace Strata.Lab.Subjects;

/// <summary>
/// One store under measurement. The timed loops are inside the subject: a measurement costs one virtual call a window of keys, and
/// every subject's own calls are compiled for it alone.
/// </summary>
internal abstract class Subject(KeySet keys, ValueSet values) : IDisposable
{
    protected KeySet Keys { get; } = keys;

    protected ValueSet Values { get; } = values;

    public abstract string Name { get; }

    public abstract long Count { get; }

    /// <summary>Stores the value of each index under its key, in this order.</summary>
    public abstract void Write(ReadOnlySpan<int> indices);

    /// <summary>Reads the key of each index, and consumes every byte of what it finds.</summary>
    public abstract ReadTally Read(ReadOnlySpan<int> indices);

    public abstract void Dispose();
}
