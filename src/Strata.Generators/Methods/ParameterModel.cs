namespace Strata.Generators.Methods;

/// <summary>A parameter of a method.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Name">Its name, escaped.</param>
/// <param name="IsToken">Whether it is a cancellation token.</param>
internal readonly record struct ParameterModel(string Type, string Name, bool IsToken);
