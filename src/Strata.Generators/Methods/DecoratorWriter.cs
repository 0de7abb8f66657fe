using Microsoft.CodeAnalysis.CSharp;
using Strata.Generators.Keys;

namespace Strata.Generators.Methods;

/// <summary>Writes a caching decorator.</summary>
internal static class DecoratorWriter
{
    public static string Write(DecoratorModel decorator)
    {
        GeneratedSource source = new();
        if (decorator.Namespace.Length > 0)
            source.Open($"namespace {decorator.Namespace}");
        source.Line($"/// <summary>Caches what an <see cref=\"{decorator.Interface}\"/> returns.</summary>");
        source.Open($"{decorator.Accessibility} sealed partial class {decorator.Name} : {decorator.Interface}");
        WriteFields(source, decorator);
        source.Line($"private readonly {decorator.Interface} _inner;");
        source.Line("private readonly global::Strata.TieredCache _cache;").Line();
        source.Line($"/// <summary>Puts a cache in front of an <see cref=\"{decorator.Interface}\"/>.</summary>");
        source.Open($"public {decorator.Name}({decorator.Interface} inner, global::Strata.TieredCache cache)");
        source.Line("global::System.ArgumentNullException.ThrowIfNull(inner);").Line("global::System.ArgumentNullException.ThrowIfNull(cache);");
        source.Line("_inner = inner;").Line("_cache = cache;").Close();
        foreach (MethodModel method in decorator.Methods)
        {
            source.Line();
            if (method.Payload < 0)
                WriteInvalidating(source, method, decorator);
            else
                WriteCached(source, method, decorator);
            WriteTags(source, method);
        }

        foreach (string forward in decorator.Forwards)
            source.Line().Line(forward);
        source.Close();
        if (decorator.Namespace.Length > 0)
            source.Close();
        return source.ToString();
    }

    private static void WriteFields(GeneratedSource source, DecoratorModel decorator)
    {
        for (int number = 0; number < decorator.Payloads.Count; number++)
            source.Line($"private static readonly global::Strata.Payloads.IPayloadSerializer<{decorator.Payloads[number].Type}> s_payload{number} = {decorator.Payloads[number].Expression};");
        foreach (MethodModel method in decorator.Methods.Where(HasOptions))
        {
            string ttl = method.TtlMs is { } ms ? $"Ttl = global::System.TimeSpan.FromTicks({ms * TimeSpan.TicksPerMillisecond}L)" : "";
            string tags = HasFixedTags(method) ? $"Tags = [{string.Join(", ", method.Tags.Select(static tag => Quoted(tag.Literal!)))}]" : "";
            source.Line($"private static readonly global::Strata.Entries.EntryOptions s_options{method.Id} = new() {{ {ttl}{(ttl.Length > 0 && tags.Length > 0 ? ", " : "")}{tags} }};");
        }
    }

    private static void WriteCached(GeneratedSource source, MethodModel method, DecoratorModel decorator)
    {
        source.Open(method.Header);
        KeyWriter.WriteChecks(source, method.Key);
        source.Line($"var __typed = new global::Strata.CacheKey<{decorator.Payloads[method.Payload].Type}>(s_payload{method.Payload});");
        source.Line($"ref global::Strata.CacheKey {KeyWriter.Key} = ref __typed.Writable;");
        KeyWriter.WriteSteps(source, method.Key);

        string[] arguments = [.. method.Arguments.Select(static argument => argument.Name)];
        string state = arguments.Length == 0 ? "_inner" : $"(_inner, {string.Join(", ", arguments)})";
        string verb = method.Result == ResultKind.Plain ? "GetOrAdd" : "GetOrAddAsync";
        // The cache's own types say that a value is not null; the method's say that its result may be.
        string end = (method.Result == ResultKind.Task ? ").AsTask()" : ")") + (method.IsNullable ? "!;" : ";");
        string load = Load(method, arguments.Length > 0, decorator.Payloads[method.Payload].Type);
        string isAsync = method.IsNullable && method.Result != ResultKind.Plain ? "async " : "";
        string options = HasOptions(method) ? $"s_options{method.Id}" : "default";
        if (HasFixedTags(method) || method.Tags.Count == 0)
        {
            source.Line($"return _cache.{verb}(__typed, {state}, static {isAsync}(__state, __load) => {load}, {options}, {method.Token}{end}");
        }
        else
        {
            source.Open($"return _cache.{verb}(__typed, {state}, static {isAsync}(__state, __load) =>");
            string names = string.Join(", ", Enumerable.Range(2, arguments.Length).Select(static item => $"__state.Item{item}"));
            string tags = string.Join(", ", method.Tags.Select((tag, number) => tag.Literal is { } literal ? Quoted(literal) : $"Tag{number}{method.Id}({names})"));
            source.Line($"__load.Options = __load.Options with {{ Tags = [{tags}] }};");
            source.Line($"return {load};");
            source.Close($"}}, {options}, {method.Token}{end}");
        }

        source.Close();
    }

    /// <summary>The call of the inner method in a load, with the load's token.</summary>
    private static string Load(MethodModel method, bool hasArguments, string valueType)
    {
        int item = 2;
        string arguments = string.Join(", ", method.Parameters.Select(parameter => parameter.IsToken ? "__load.CancellationToken" : $"__state.Item{item++}"));
        string inner = hasArguments ? "__state.Item1" : "__state";
        string call = $"{inner}.{method.Name}({arguments})";
        if (method.IsNullable)
            return $"{(method.Result == ResultKind.Plain ? call : $"await {call}.ConfigureAwait(false)")} ?? __load.Nothing<{valueType}>()";
        return method.Result == ResultKind.Task ? $"new global::System.Threading.Tasks.ValueTask<{method.ValueType}>({call})" : call;
    }

    private static void WriteInvalidating(GeneratedSource source, MethodModel method, DecoratorModel decorator)
    {
        source.Open(method.Header);
        bool isAsync = method.Result != ResultKind.Plain;
        string inner = method.Target == decorator.Interface ? "_inner" : $"(({method.Target})_inner)";
        string call = $"{(isAsync ? "await " : "")}{inner}.{method.Name}({string.Join(", ", method.Parameters.Select(static parameter => parameter.Name))}){(isAsync ? ".ConfigureAwait(false)" : "")};";
        source.Line(method.ValueType is null ? call : $"var __result = {call}");
        for (int number = 0; number < method.Invalidates.Count; number++)
        {
            string tag = method.Invalidates[number].Literal is { } literal ? Quoted(literal) : $"Tag{number}{method.Id}({string.Join(", ", method.Arguments.Select(static argument => argument.Name))})";
            // The change is made: what it invalidates is not left to a token.
            source.Line(isAsync ? $"await _cache.RemoveByTagAsync({tag}, global::System.Threading.CancellationToken.None).ConfigureAwait(false);" : $"_cache.RemoveByTag({tag});");
        }

        if (method.ValueType is not null)
            source.Line("return __result;");
        source.Close();
    }

    private static void WriteTags(GeneratedSource source, MethodModel method)
    {
        EquatableArray<TagModel> tags = method.Payload < 0 ? method.Invalidates : method.Tags;
        for (int number = 0; number < tags.Count; number++)
        {
            if (tags[number].Literal is not null)
                continue;
            source.Line();
            source.Open($"private static string Tag{number}{method.Id}({string.Join(", ", method.Arguments.Select(static argument => $"{argument.Type} {argument.Name}"))})");
            source.Line($"global::Strata.CacheKey {KeyWriter.Key} = default;");
            KeyWriter.WriteSteps(source, tags[number].Steps);
            source.Line($"return {KeyWriter.Key}.ToString();").Close();
        }
    }

    private static bool HasFixedTags(MethodModel method) => method.Tags.Count > 0 && method.Tags.All(static tag => tag.Literal is not null);

    private static bool HasOptions(MethodModel method) => method.TtlMs is not null || HasFixedTags(method);

    private static string Quoted(string text) => SymbolDisplay.FormatLiteral(text, quote: true);
}
