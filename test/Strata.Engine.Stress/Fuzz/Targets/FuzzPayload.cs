using System.Text;

namespace Strata.Engine.Stress.Fuzz.Targets;

/// <summary>Payloads that compress well, badly and not at all: mostly short, now and then long.</summary>
internal static class FuzzPayload
{
    public const int MaxBytes = 70_000;

    public static byte[] Make(Random random)
    {
        int length = random.Next(random.Next(64) == 0 ? MaxBytes : 1 << random.Next(12));
        byte[] payload = new byte[length];
        for (int at = 0; at < length;)
        {
            Span<byte> next = payload.AsSpan(at, Math.Min(1 + random.Next(1 << random.Next(10)), length - at));
            switch (random.Next(4))
            {
                case 0:
                    random.NextBytes(next);
                    break;
                case 1:
                    next.Fill((byte)random.Next(256));
                    break;
                case 2 when at > 0:
                    int distance = 1 + random.Next(Math.Min(at, 1 << random.Next(17)));
                    for (int i = at; i < at + next.Length; i++)
                        payload[i] = payload[i - distance];
                    break;
                default:
                    Encoding.ASCII.GetBytes("{\"id\":42,\"name\":\"a name\",\"price\":1999}".AsSpan(0, Math.Min(38, next.Length)), next);
                    break;
            }

            at += next.Length;
        }

        return payload;
    }
}
