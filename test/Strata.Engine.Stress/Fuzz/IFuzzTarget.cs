namespace Strata.Engine.Stress.Fuzz;

/// <summary>
/// A decoder of foreign bytes. To have one fuzzed, implement this and add a line to <see cref="FuzzTargets"/>. Everything random comes from the generator that is passed, so that an
/// input can be made again from its number.
/// </summary>
internal interface IFuzzTarget : IDisposable
{
    string Name { get; }

    /// <summary>Makes an input that must be accepted, and remembers what it stands for until the next is made.</summary>
    byte[] MakeValid(Random random);

    /// <summary>Makes checksums and seals of a changed input right again, so that what lies behind them is reached. Without any, there is nothing to do.</summary>
    byte[] Repair(byte[] input, Random random) => input;

    /// <summary>The most managed memory that decoding so many bytes may take; what is pooled counts when it is first taken.</summary>
    long MaxAllocatedBytes(int inputBytes);

    /// <summary>Decodes.</summary>
    /// <param name="input">The bytes.</param>
    /// <param name="kind">What they are. A valid input must be accepted as what it stands for.</param>
    /// <param name="random">For rooms, limits and the like.</param>
    /// <returns>Whether the bytes were accepted.</returns>
    /// <exception cref="FuzzException">Something happened that must not. Any other exception is a violation too.</exception>
    bool Decode(ReadOnlySpan<byte> input, FuzzKind kind, Random random);
}
