namespace Strata.Engine.Stress.Explore.Model;

/// <summary>
/// A pure function of what instructions of one thread loaded. <see cref="Needs"/> has a bit for each of these instructions: that is
/// what makes it an address, data or control dependency, whether or not the result varies with it.
/// </summary>
internal sealed class Expression(uint needs, Func<int[], int> evaluate)
{
    public uint Needs { get; } = needs;

    public int Evaluate(int[] results) => evaluate(results);

    public Expression Is(Expression other) => Combine(this, other, (a, b) => a == b ? 1 : 0);

    public Expression IsNot(Expression other) => Combine(this, other, (a, b) => a != b ? 1 : 0);

    /// <summary>This one where <paramref name="condition"/> is not zero, else <paramref name="otherwise"/>; depends on all three.</summary>
    public Expression When(Expression condition, Expression otherwise) =>
        new(Needs | condition.Needs | otherwise.Needs,
            results => condition.Evaluate(results) != 0 ? Evaluate(results) : otherwise.Evaluate(results));

    public static implicit operator Expression(int value) => new(0, _ => value);

    public static Expression operator +(Expression left, Expression right) => Combine(left, right, (a, b) => a + b);

    public static Expression operator *(Expression left, Expression right) => Combine(left, right, (a, b) => a * b);

    public static Expression operator &(Expression left, Expression right) => Combine(left, right, (a, b) => a & b);

    public static Expression operator |(Expression left, Expression right) => Combine(left, right, (a, b) => a | b);

    private static Expression Combine(Expression left, Expression right, Func<int, int, int> function) =>
        new(left.Needs | right.Needs, results => function(left.Evaluate(results), right.Evaluate(results)));
}
