namespace Strata.Engine.Stress.Linear;

internal enum OperationKind
{
    Get,

    /// <summary>Asks whether there is an entry, without its value.</summary>
    Contains,
    Set,
    Add,
    Remove,
    CompareExchange,
    Touch,
}
