namespace Strata.Engine.Stress.Fuzz;

/// <summary>Gives a decoder valid, changed and random inputs, until one of them makes it do what it must not.</summary>
internal static class FuzzRun
{
    /// <summary>One input in so many is left as it was written.</summary>
    private const int ValidShare = 16;

    /// <param name="target">The decoder.</param>
    /// <param name="seed">The seed; an input depends on it and its own number alone.</param>
    /// <param name="first">The number of the first input.</param>
    /// <param name="inputs">How many.</param>
    public static FuzzResult Run(IFuzzTarget target, int seed, int first, int inputs)
    {
        // What is made once and kept is nobody's allocation for an input.
        Try(target, new Random(0), out _, out _);
        long accepted = 0, acceptedChanged = 0;
        for (int number = first; number < first + inputs; number++)
        {
            bool isAccepted;
            FuzzKind kind = FuzzKind.Valid;
            try
            {
                long allocated = Try(target, new Random(Seeds.Mix(seed, number)), out isAccepted, out kind, out int inputBytes);
                // The runtime itself may allocate, but not for the same input again.
                for (int again = 0; again < 2 && allocated > target.MaxAllocatedBytes(inputBytes); again++)
                    allocated = Try(target, new Random(Seeds.Mix(seed, number)), out isAccepted, out kind, out inputBytes);
                if (allocated > target.MaxAllocatedBytes(inputBytes))
                    throw new FuzzException($"{inputBytes} bytes made it allocate {allocated} bytes; {target.MaxAllocatedBytes(inputBytes)} are allowed");
            }
#pragma warning disable CA1031 // Whatever a decoder throws at foreign bytes is what is looked for.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                string what = exception is FuzzException ? exception.Message : exception.ToString();
                return new FuzzResult(accepted, number - first - accepted, acceptedChanged, $"input {number} ({kind}): {what}\n    again: fuzz --target {target.Name} --seed {seed} --first {number} --inputs 1");
            }

            if (!isAccepted)
                continue;
            accepted++;
            if (kind != FuzzKind.Valid)
                acceptedChanged++;
        }

        return new FuzzResult(accepted, inputs - accepted, acceptedChanged, null);
    }

    /// <returns>The bytes allocated by decoding.</returns>
    private static long Try(IFuzzTarget target, Random random, out bool isAccepted, out FuzzKind kind, out int inputBytes)
    {
        kind = random.Next(ValidShare) == 0 ? FuzzKind.Valid : random.Next(2) == 0 ? FuzzKind.Changed : FuzzKind.Repaired;
        byte[] input = target.MakeValid(random);
        if (kind != FuzzKind.Valid)
        {
            byte[] changed = Mutator.Change(input, random);
            if (kind == FuzzKind.Repaired)
                changed = target.Repair(changed, random);
            if (changed.AsSpan().SequenceEqual(input))
                kind = FuzzKind.Valid;
            input = changed;
        }

        inputBytes = input.Length;
        long before = GC.GetAllocatedBytesForCurrentThread();
        isAccepted = target.Decode(input, kind, random);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (kind == FuzzKind.Valid && !isAccepted)
            throw new FuzzException("a valid input was refused");
        return allocated;
    }

    private static void Try(IFuzzTarget target, Random random, out bool isAccepted, out FuzzKind kind)
    {
        try
        {
            Try(target, random, out isAccepted, out kind, out _);
        }
        catch (FuzzException)
        {
            isAccepted = false;
            kind = FuzzKind.Valid;
        }
    }
}
