namespace Strata.Lab.Measure;

/// <summary>One measured number: what was asked (verb), of what (case), which figure, how much, in which unit.</summary>
internal sealed record Figure(string Verb, Case Case, string Name, double Value, string Unit);
