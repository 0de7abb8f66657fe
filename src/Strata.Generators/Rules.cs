using Microsoft.CodeAnalysis;

namespace Strata.Generators;

/// <summary>What the analyzers report. What makes code wrong is an error; what may be meant so is a warning.</summary>
internal static class Rules
{
    public static readonly DiagnosticDescriptor Template = Error(
        "STRATA101", "A key template cannot be read", "The template cannot be read: {0}");

    public static readonly DiagnosticDescriptor UnknownHole = Error(
        "STRATA102", "A hole names nothing", "The hole {{{0}}} names no parameter{1}");

    public static readonly DiagnosticDescriptor UnusedParameter = Error(
        "STRATA103", "A parameter is no part of the key", "The parameter '{0}' is not in the template, so calls that differ in it alone would share an entry; add a hole {{{0}}}");

    public static readonly DiagnosticDescriptor UnkeyableType = Error(
        "STRATA104", "A type has no form in a key", "'{0}' is of type {1}, which has no form in a key; use text, a number, a Guid, a date, an enum, a bool, or a type that implements IFormattable");

    public static readonly DiagnosticDescriptor KeyShape = Error(
        "STRATA105", "[CacheKey] stands on the wrong thing", "[CacheKey] cannot be used here: {0}");

    public static readonly DiagnosticDescriptor Ambiguous = new(
        "STRATA106", "Two templates can make the same key", "The keys of '{0}' and of '{1}' can be equal; begin one of the templates differently", Category, DiagnosticSeverity.Warning, isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.CompilationEnd);

    public static readonly DiagnosticDescriptor NoSerializer = Error(
        "STRATA107", "A type has no serializer", "Values of type {0} cannot be kept: {1}");

    public static readonly DiagnosticDescriptor Ttl = Error(
        "STRATA108", "A time to live cannot be read", "The time to live \"{0}\" cannot be read; write whole numbers with the units d, h, m, s, ms in this order, for example \"90s\" or \"1d12h\", more than zero and at most 12725 days");

    public static readonly DiagnosticDescriptor CachedMethod = Error(
        "STRATA109", "[Cached] cannot be used on a method", "'{0}' cannot be cached: {1}");

    public static readonly DiagnosticDescriptor CachedType = Error(
        "STRATA110", "[Cached] cannot be used in a type", "There is no decorator for '{0}': {1}");

    public static readonly DiagnosticDescriptor Closure = new(
        "STRATA121", "A factory captures variables", "The factory captures {0}, which allocates in each call, hits too; pass it as the state and make the lambda static", Category, DiagnosticSeverity.Info, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor UnescapedKey = new(
        "STRATA122", "A key is made of several texts", "Different values of '{0}' and '{1}' can make the same key; let [CacheKey] write it", Category, DiagnosticSeverity.Warning, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor DroppedTask = new(
        "STRATA123", "The task of a cache is dropped", "The task of '{0}' is dropped, and with it any error; await it", Category, DiagnosticSeverity.Warning, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor MissingToken = new(
        "STRATA124", "A token is not passed on", "'{0}' takes a token; pass {1}", Category, DiagnosticSeverity.Info, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor ForeignToken = new(
        "STRATA125", "A load gets the token of one caller", "The load serves all callers of the key, but this token is of one of them; pass {0}", Category, DiagnosticSeverity.Warning, isEnabledByDefault: true);

    private const string Category = "Strata";

    private static DiagnosticDescriptor Error(string id, string title, string message) => new(id, title, message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true);
}
