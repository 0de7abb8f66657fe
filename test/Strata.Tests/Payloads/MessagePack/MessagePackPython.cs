using System.Diagnostics;
using Xunit;

namespace Strata.Tests.Payloads.MessagePack;

/// <summary>Another implementation of the format: the package msgpack of Python, as Debian has it.</summary>
/// <remarks>
/// Values are compared as text: n, t, f, i and digits, d and the bits of a double, s and b with bytes as hexadecimal, x with type and bytes, w with seconds
/// and nanoseconds of a timestamp, brackets and braces around what they hold.
/// </remarks>
internal static class MessagePackPython
{
    private const string Script =
        """
        import random, struct, sys
        import msgpack

        def text(v):
            if v is None: return "n"
            if v is True: return "t"
            if v is False: return "f"
            if isinstance(v, int): return "i%d" % v
            if isinstance(v, float): return "d" + struct.pack(">d", v).hex()
            if isinstance(v, str): return "s" + v.encode().hex()
            if isinstance(v, bytes): return "b" + v.hex()
            if isinstance(v, msgpack.Timestamp): return "w%d.%d" % (v.seconds, v.nanoseconds)
            if isinstance(v, msgpack.ExtType): return "x%d:%s" % (v.code, v.data.hex())
            if isinstance(v, (list, tuple)): return "[" + ",".join(map(text, v)) + "]"
            return "{" + ",".join(text(k) + "=" + text(w) for k, w in v.items()) + "}"

        def pack(v):
            return msgpack.packb(v, use_bin_type=True)

        def unpack(b):
            return msgpack.unpackb(b, raw=False, strict_map_key=False, use_list=False)

        def length(r):
            return r.choice([0, 1, 15, 16, 31, 32, 255, 256]) if r.random() < 0.3 else r.randrange(8)

        def value(r, depth):
            kind = r.randrange(11 if depth else 9)
            if kind == 0: return None
            if kind == 1: return r.random() < 0.5
            if kind == 2: return r.randrange(-2**r.randrange(64), 2**r.randrange(1, 65))
            if kind == 3: return r.choice([0.0, -0.0, 1.5, float("inf"), float("nan"), r.random() * 10**r.randrange(-300, 300)])
            if kind == 4: return "".join(r.choice("az\u017e\u20ac\U0001f40e\0") for _ in range(length(r)))
            if kind == 5: return r.randbytes(length(r))
            if kind == 6: return msgpack.ExtType(r.randrange(128), r.randbytes(length(r)))
            if kind == 7: return msgpack.Timestamp(r.choice([0, 2**32 - 1, 2**32, 2**34 - 1, 2**34, -1, -2**63, 2**63 - 1]), r.choice([0, 1, 999999999]))
            if kind == 8: return r.choice([127, 128, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**64 - 1, -1, -32, -33, -128, -129, -2**15, -2**15 - 1, -2**31, -2**31 - 1, -2**63])
            if kind == 9: return [value(r, depth - 1) for _ in range(length(r) // (4 - depth) ** 2)]
            return {value(r, 0): value(r, depth - 1) for _ in range(length(r) // (4 - depth) ** 2)}

        if sys.argv[1] == "make":
            r = random.Random(int(sys.argv[2]))
            for _ in range(int(sys.argv[3])):
                v = value(r, 3)
                print(pack(v).hex(), text(v))
        else:
            for line in sys.stdin:
                v = unpack(bytes.fromhex(line.strip()))
                print(pack(v).hex(), text(v))
        """;

    private static readonly Lazy<string> s_interpreter = new(Find);

    /// <summary>Has Python make values: their bytes as hexadecimal, and as text.</summary>
    public static (string Hex, string Text)[] Make(int seed, int count) => Lines(Run(s_interpreter.Value, ["-c", Script, "make", $"{seed}", $"{count}"], ""));

    /// <summary>Has Python read bytes: what it would write for them, and as text.</summary>
    public static (string Hex, string Text)[] Read(IEnumerable<string> hex) => Lines(Run(s_interpreter.Value, ["-c", Script, "read"], string.Join('\n', hex)));

    private static (string Hex, string Text)[] Lines(string? output)
    {
        Assert.NotNull(output);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim().Split(' ')).Select(parts => (parts[0], parts[1]))];
    }

    private static string Find()
    {
        string? found = new[] { "python3", "/usr/bin/python3", "python" }.FirstOrDefault(name => Run(name, ["-c", "import msgpack"], "") is not null);
        Assert.True(found is not null, "These tests need Python with its package msgpack (Debian: python3-msgpack).");
        return found;
    }

    private static string? Run(string program, string[] arguments, string input)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            process.StandardInput.Write(input);
            process.StandardInput.Close();
            process.WaitForExit();
            errors.Wait();
            return process.ExitCode == 0 ? output.Result : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
