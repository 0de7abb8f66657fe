namespace Strata.Tests.Payloads;

/// <summary>Refuses sides that no square has, in two ways.</summary>
internal sealed record Square : Shape
{
    public Square(int side) => Side = side switch
    {
        -1 => throw new ArgumentOutOfRangeException(nameof(side)),
        < 0 => throw new InvalidDataException(),
        _ => side,
    };

    public int Side { get; }
}
