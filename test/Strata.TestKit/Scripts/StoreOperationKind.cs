namespace Strata.TestKit.Scripts;

/// <summary>One verb of an operation script.</summary>
public enum StoreOperationKind
{
    Set,
    SetSequence,
    Add,
    CompareExchange,
    Touch,
    Remove,
    Clear,
    Get,
    GetTooShort,
    GetIntoWriter,
    GetInfo,
    Enumerate,
    Advance,
    Maintain,
}
