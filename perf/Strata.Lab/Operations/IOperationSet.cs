namespace Strata.Lab.Operations;

/// <summary>All measured calls of one public type, with the instance they are made on.</summary>
internal interface IOperationSet : IDisposable
{
    /// <summary>The type whose public methods must all be covered.</summary>
    Type Type { get; }

    /// <summary>Public methods that are no operation of a running cache (creation, disposal).</summary>
    IReadOnlyCollection<string> LeftOut { get; }

    IEnumerable<Operation> Operations { get; }
}
