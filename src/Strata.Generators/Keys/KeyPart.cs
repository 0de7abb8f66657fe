namespace Strata.Generators.Keys;

/// <summary>A piece of a template: literal text, or the name of what fills a hole.</summary>
internal readonly record struct KeyPart(bool IsHole, string Text);
