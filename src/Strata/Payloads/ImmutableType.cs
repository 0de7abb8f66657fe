using System.ComponentModel;

namespace Strata.Payloads;

/// <summary>Whether a type declares that its instances never change. Found out once for each type, never on the way of a call.</summary>
internal static class ImmutableType<T>
{
    /// <summary>True for <see cref="string"/> and for sealed classes with <c>[ImmutableObject(true)]</c>: of a class that is not sealed the instance at hand may be of another one.</summary>
    public static readonly bool IsDeclared = typeof(T) == typeof(string)
        || (typeof(T).IsClass && typeof(T).IsSealed
            && Attribute.GetCustomAttribute(typeof(T), typeof(ImmutableObjectAttribute), inherit: false) is ImmutableObjectAttribute { Immutable: true });
}
