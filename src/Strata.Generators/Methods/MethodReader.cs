using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Strata.Generators.Keys;
using Strata.Generators.Symbols;
using Strata.Generators.Values;

namespace Strata.Generators.Methods;

/// <summary>Reads one method with [Cached].</summary>
/// <param name="face">The interface that is decorated.</param>
/// <param name="typeAttribute">The attribute on the type, with defaults.</param>
/// <param name="report">Told what is wrong.</param>
internal sealed class MethodReader(INamedTypeSymbol face, AttributeData? typeAttribute, Report report)
{
    private const int MaxTags = 64;
    private const string SecondResult = "a ref or out parameter is a second result";

    private readonly List<PayloadModel> _payloads = [];

    /// <summary>The serializers the methods need.</summary>
    public IEnumerable<PayloadModel> Payloads => _payloads;

    /// <summary>The model of a method, or <c>null</c> when something is wrong, which is reported.</summary>
    /// <param name="method">The interface's method.</param>
    /// <param name="attribute">Its attribute, or that of the class's method that implements it.</param>
    /// <param name="id">A name of its own.</param>
    /// <param name="isOverloaded">Whether another method with the attribute has the same name.</param>
    public MethodModel? Read(IMethodSymbol method, AttributeData attribute, string id, bool isOverloaded)
    {
        (ResultKind kind, ITypeSymbol? value) = MethodShape.Result(method);
        IReadOnlyList<string> invalidates = attribute.NamedTexts("Invalidates");
        IReadOnlyList<string> tags = invalidates.Count > 0 ? attribute.NamedTexts("Tags") : [.. attribute.NamedTexts("Tags"), .. typeAttribute?.NamedTexts("Tags") ?? []];
        bool isKept = invalidates.Count == 0;
        if (Fault(method, attribute, value, isKept, tags.Count) is { } fault)
        {
            report(Rules.CachedMethod, attribute.Location(), method.Name, fault);
            return null;
        }

        if (ReadTags(method, tags, attribute) is not { } tagModels || ReadTags(method, invalidates, attribute) is not { } invalidateModels)
            return null;
        EquatableArray<ParameterModel> parameters = method.Parameters
            .Select(static parameter => new ParameterModel(parameter.Type.FullName(), parameter.Name.Escaped(), MethodShape.IsToken(parameter))).ToEquatableArray();
        string header = MethodShape.Header(method, isAsync: !isKept && kind != ResultKind.Plain);
        string target = method.ContainingType.FullName();
        if (!isKept)
            return new(method.Name.Escaped(), id, header, target, kind, value?.FullName(), false, parameters, -1, default, null, default, invalidateModels);

        string? ttl = attribute.NamedText("Ttl") ?? typeAttribute?.NamedText("Ttl");
        long? ttlMs = ttl is null ? null : Ttl.ReadMs(ttl);
        if (ttl is not null && ttlMs is null)
        {
            report(Rules.Ttl, attribute.Location(), ttl);
            return null;
        }

        if (ReadKey(method, attribute, isOverloaded) is not { } key)
            return null;
        if (ValuePayload.Find(value!, typeAttribute is null ? [attribute] : [attribute, typeAttribute], out string missing) is not { } payload)
        {
            report(Rules.NoSerializer, attribute.Location(), value!.ToDisplayString(), missing);
            return null;
        }

        return new(method.Name.Escaped(), id, header, target, kind, value!.FullName(), value!.NullableAnnotation == NullableAnnotation.Annotated, parameters, PayloadNumber(new(value!.FullNameNotNull(), payload)), key, ttlMs, tagModels, default);
    }

    private string? Fault(IMethodSymbol method, AttributeData attribute, ITypeSymbol? value, bool isKept, int tagCount)
    {
        if (!isKept)
        {
            return tagCount > 0 || attribute.NamedText("Ttl") is not null ? "a method that invalidates is called each time, so Ttl and Tags mean nothing for it"
                : HasSecondResult(method) ? SecondResult
                : null;
        }

        return value is null ? "it returns nothing that could be kept; a method that changes something names the tags it Invalidates"
            : tagCount > MaxTags ? $"it has {tagCount} tags, and an entry may have {MaxTags}"
            : method.IsGenericMethod ? "it has type parameters"
            : method.ReturnsByRefReadonly || value.IsRefLikeType ? "its result is a reference or lives on the stack"
            : HasSecondResult(method) ? SecondResult
            : method.Parameters.Any(static parameter => parameter.Type.IsRefLikeType) ? "a parameter that lives on the stack cannot be handed to a load"
            : value.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T ? "its result is a nullable struct; return a type of your own that can say \"none\""
            : null;
    }

    private static bool HasSecondResult(IMethodSymbol method) => method.ReturnsByRef || method.Parameters.Any(static parameter => parameter.RefKind is not (RefKind.None or RefKind.In));

    /// <summary>The key: prefix, name, of overloads the full names of the parameters' types, and the arguments in order.</summary>
    private EquatableArray<KeyStep>? ReadKey(IMethodSymbol method, AttributeData attribute, bool isOverloaded)
    {
        string prefix = attribute.NamedText("Prefix") ?? typeAttribute?.NamedText("Prefix") ?? face.ToDisplayString();
        IParameterSymbol[] arguments = [.. method.Parameters.Where(static parameter => !MethodShape.IsToken(parameter))];
        string types = isOverloaded ? $"({string.Join(",", arguments.Select(static argument => argument.Type.FullName().Replace("global::", "")))})" : "";
        ImmutableArray<KeyPart>.Builder parts = ImmutableArray.CreateBuilder<KeyPart>();
        var holes = new List<(string, HoleForm)>();
        string literal = $"{prefix}:{method.Name}{types}";
        foreach (IParameterSymbol argument in arguments)
        {
            if (HoleForm.Of(argument.Type) is not { } form)
            {
                report(Rules.UnkeyableType, argument.Locations.FirstOrDefault(), argument.Name, argument.Type.ToDisplayString());
                return null;
            }

            parts.Add(new(IsHole: false, literal + ":"));
            parts.Add(new(IsHole: true, argument.Name));
            holes.Add((argument.Name.Escaped(), form));
            literal = "";
        }

        if (arguments.Length == 0)
            parts.Add(new(IsHole: false, literal));
        return KeyPlan.Make(parts.ToImmutable(), holes);
    }

    private EquatableArray<TagModel>? ReadTags(IMethodSymbol method, IReadOnlyList<string> templates, AttributeData attribute)
    {
        var tags = new List<TagModel>();
        foreach (string template in templates)
        {
            ImmutableArray<KeyPart> parts = KeyTemplate.Parse(template, KeyTemplate.MaxTagBytes, out string? fault);
            if (fault is not null)
            {
                report(Rules.Template, attribute.Location(), fault);
                return null;
            }

            var holes = new List<(string, HoleForm)>();
            foreach (KeyPart part in parts.Where(static part => part.IsHole))
            {
                if (TagPath.Find(method, part.Text, out string expression) is not { } type)
                {
                    report(Rules.UnknownHole, attribute.Location(), part.Text, " or property of one");
                    return null;
                }

                if (HoleForm.Of(type) is not { } form)
                {
                    report(Rules.UnkeyableType, attribute.Location(), part.Text, type.ToDisplayString());
                    return null;
                }

                holes.Add((expression, form));
            }

            tags.Add(new(KeyPlan.Make(parts, holes, isUniform: true)));
        }

        return tags.ToEquatableArray();
    }

    private int PayloadNumber(PayloadModel payload)
    {
        int number = _payloads.IndexOf(payload);
        if (number >= 0)
            return number;
        _payloads.Add(payload);
        return _payloads.Count - 1;
    }
}
