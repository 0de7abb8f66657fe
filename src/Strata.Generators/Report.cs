using Microsoft.CodeAnalysis;

namespace Strata.Generators;

/// <summary>
/// Told what is wrong. The analyzers pass one that reports; the generators one that does nothing, since locations have no place in their pipeline, and leave out what is wrong.
/// </summary>
internal delegate void Report(DiagnosticDescriptor rule, Location? location, params object[] arguments);
