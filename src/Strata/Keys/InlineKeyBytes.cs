using System.Runtime.CompilerServices;

namespace Strata.Keys;

/// <summary>The bytes of a short key, inside the key itself and so on the caller's stack.</summary>
[InlineArray(LengthBytes)]
internal struct InlineKeyBytes
{
    /// <summary>Enough for nearly every key in practice; more would make converting to a key cost more.</summary>
    public const int LengthBytes = 256;

    private byte _first;
}
