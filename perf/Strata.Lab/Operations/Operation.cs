namespace Strata.Lab.Operations;

/// <summary>
/// One way to call one public member. <see cref="Repeat"/> makes the call as often as it is told, in a loop of its own, so that
/// nothing but the call can allocate.
/// </summary>
/// <param name="Member">The member, as <c>Type.Name</c>; each public method must appear in at least one operation.</param>
/// <param name="Way">What is special in this call: the overload and the outcome.</param>
/// <param name="Repeat">Makes so many calls.</param>
internal sealed record Operation(string Member, string Way, Action<int> Repeat)
{
    /// <param name="type">The type of the member.</param>
    /// <param name="method">Its name.</param>
    /// <param name="way">As for <see cref="Way"/>.</param>
    /// <param name="call">Makes one call, and says whether its outcome is the one that is to be measured.</param>
    public static Operation Of(Type type, string method, string way, Func<int, bool> call) => new(type.Name + "." + method, way, count =>
    {
        for (int index = 0; index < count; index++)
        {
            if (!call(index))
                throw new InvalidOperationException($"{type.Name}.{method}: call {index} had another outcome than '{way}'.");
        }
    });

    /// <summary>The name under which the budget stands.</summary>
    public string Name => Way.Length == 0 ? Member : Member + " " + Way;
}
