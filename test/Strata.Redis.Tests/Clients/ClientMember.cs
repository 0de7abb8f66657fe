namespace Strata.Redis.Tests.Clients;

/// <summary>A member of the client's assembly, as others refer to it.</summary>
/// <param name="Type">The full name of its type.</param>
/// <param name="Name">Its name; empty for the type itself.</param>
/// <param name="Signature">Its decoded signature.</param>
internal sealed record ClientMember(string Type, string Name, string Signature);
