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
    /// <summary>The name under which the budget stands.</summary>
    public string Name => Way.Length == 0 ? Member : Member + " " + Way;
}
