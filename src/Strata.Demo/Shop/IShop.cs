using System.Buffers;

namespace Strata.Demo.Shop;

/// <summary>The pages of the shop, each written as JSON into the response it was asked for.</summary>
internal interface IShop
{
    ValueTask WriteProductAsync(int id, IBufferWriter<byte> response, CancellationToken cancellation);

    ValueTask WriteSearchAsync(string phrase, IBufferWriter<byte> response, CancellationToken cancellation);

    ValueTask WriteCategoryAsync(int id, int pageNumber, IBufferWriter<byte> response, CancellationToken cancellation);
}
