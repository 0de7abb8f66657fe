using Microsoft.CodeAnalysis;
using Strata.Generators.Keys;

namespace Strata.Generators.Analyzers;

/// <summary>A template of the project, and the declaration it stands on.</summary>
internal sealed class TemplateUse(ISymbol symbol, IEnumerable<KeyStep> steps)
{
    public string Name { get; } = symbol.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat);

    public Location Location { get; } = symbol.Locations[0];

    public KeyPattern Pattern { get; } = new(steps);
}
