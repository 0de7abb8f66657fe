namespace Strata.Generators.Methods;

/// <summary>All that is needed to write one caching decorator.</summary>
/// <param name="HintName">The name of its file, without its end.</param>
/// <param name="Namespace">Where it goes; empty for the global namespace.</param>
/// <param name="Name">Its name: <c>CachedRepo</c>.</param>
/// <param name="Accessibility">Who may see it.</param>
/// <param name="Interface">The full name of the interface.</param>
/// <param name="Payloads">The serializers it keeps, each with its type and the expression that makes it.</param>
/// <param name="Methods">The methods with [Cached].</param>
/// <param name="Forwards">The declarations of the other members, each of one line.</param>
internal sealed record DecoratorModel(
    string HintName, string Namespace, string Name, string Accessibility, string Interface, EquatableArray<PayloadModel> Payloads, EquatableArray<MethodModel> Methods, EquatableArray<string> Forwards);
