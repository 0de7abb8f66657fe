namespace Strata.Generators.Keys;

/// <summary>One thing to write into a key.</summary>
/// <param name="Text">Literal text; or, with a form, the expression of the value.</param>
/// <param name="Form">How the value is written; <c>null</c> for literal text.</param>
/// <param name="End">The character that escaped text must not contain; <c>%</c> when nothing follows or a mark does; 0 when the text stays as it is.</param>
internal readonly record struct KeyStep(string Text, HoleForm? Form = null, char End = '\0');
