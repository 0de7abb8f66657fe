namespace Strata.Engine.Stress.Explore.Model;

/// <summary>What the instruction at <see cref="Index"/> of a thread loaded: each loading instruction has a register of its own.</summary>
internal readonly record struct Register(int Thread, int Index)
{
    public Expression Value
    {
        get
        {
            int index = Index;
            return new Expression(1u << index, results => results[index]);
        }
    }

    public static implicit operator Expression(Register register) => register.Value;

    public static Expression operator +(Register register, int addend) => register.Value + addend;

    public Expression Is(Expression other) => Value.Is(other);

    public Expression IsNot(Expression other) => Value.IsNot(other);
}
