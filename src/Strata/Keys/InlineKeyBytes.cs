using System.Runtime.CompilerServices;

namespace Strata.Keys;

/// <summary>The bytes of a short key, inside the key itself and so on the caller's stack.</summary>
[InlineArray(LengthBytes)]
internal struct InlineKeyBytes
{
    /// <summary>Enough for nearly every key in practice; clearing it costs about a nanosecond.</summary>
    public const int LengthBytes = 256;

    private byte _first;
}
