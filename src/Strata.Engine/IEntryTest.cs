namespace Strata.Engine;

/// <summary>A condition on the entry that a key has, looked at in the critical section that removes, replaces or extends it. Best a struct: then a call allocates nothing and is inlined.</summary>
public interface IEntryTest
{
    /// <summary>
    /// Whether the entry is meant. Called under a lock of the store, perhaps more than once for one operation: it must be short, must not call the store, wait, or keep the view.
    /// Should it throw, the entry it was asked about is as it was, and the exception goes to the caller of the operation.
    /// </summary>
    bool Matches(in EntryView entry);
}
