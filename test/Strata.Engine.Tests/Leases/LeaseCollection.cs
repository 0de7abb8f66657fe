using Xunit;

namespace Strata.Engine.Tests.Leases;

/// <summary>Alone, since the words of leases are the process's: many threads of another test could leave none to a thread of this one.</summary>
[CollectionDefinition(nameof(LeaseCollection), DisableParallelization = true)]
public sealed class LeaseCollection;
