using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Strata.Redis.Tests.Clients;

/// <summary>What an assembly offers to those who refer to it, or refers to in the client's; read from its metadata, so that what it depends on need not be there.</summary>
internal static class ClientAssembly
{
    private const string ClientName = "StackExchange.Redis";

    /// <summary>All that an assembly refers to in the client's.</summary>
    public static HashSet<ClientMember> ReferencesOf(string path)
    {
        using var image = new PEReader(File.OpenRead(path));
        MetadataReader reader = image.GetMetadataReader();
        var members = new HashSet<ClientMember>();
        foreach (TypeReferenceHandle handle in reader.TypeReferences)
        {
            if (IsOfClient(reader, handle))
                members.Add(new ClientMember(SignatureText.NameOf(reader, handle), "", ""));
        }

        foreach (MemberReferenceHandle handle in reader.MemberReferences)
        {
            MemberReference member = reader.GetMemberReference(handle);
            if (member.Parent.Kind != HandleKind.TypeReference || !IsOfClient(reader, (TypeReferenceHandle)member.Parent))
                continue;
            string signature = member.GetKind() == MemberReferenceKind.Method
                ? SignatureText.Of(member.DecodeMethodSignature(SignatureText.Instance, null))
                : member.DecodeFieldSignature(SignatureText.Instance, null);
            members.Add(new ClientMember(SignatureText.NameOf(reader, (TypeReferenceHandle)member.Parent), reader.GetString(member.Name), signature));
        }

        return members;
    }

    /// <summary>All that a client's assembly offers: its public types and their visible members, and the types it passes on to other assemblies.</summary>
    public static HashSet<ClientMember> MembersOf(string path)
    {
        using var image = new PEReader(File.OpenRead(path));
        MetadataReader reader = image.GetMetadataReader();
        var members = new HashSet<ClientMember>();
        foreach (TypeDefinitionHandle handle in reader.TypeDefinitions)
        {
            TypeDefinition type = reader.GetTypeDefinition(handle);
            if ((type.Attributes & TypeAttributes.VisibilityMask) is not (TypeAttributes.Public or TypeAttributes.NestedPublic))
                continue;
            string name = SignatureText.NameOf(reader, handle);
            members.Add(new ClientMember(name, "", ""));
            foreach (MethodDefinition method in type.GetMethods().Select(reader.GetMethodDefinition))
            {
                if ((method.Attributes & MethodAttributes.MemberAccessMask) == MethodAttributes.Public)
                    members.Add(new ClientMember(name, reader.GetString(method.Name), SignatureText.Of(method.DecodeSignature(SignatureText.Instance, null))));
            }

            foreach (FieldDefinition field in type.GetFields().Select(reader.GetFieldDefinition))
            {
                if ((field.Attributes & FieldAttributes.FieldAccessMask) == FieldAttributes.Public)
                    members.Add(new ClientMember(name, reader.GetString(field.Name), field.DecodeSignature(SignatureText.Instance, null)));
            }
        }

        foreach (ExportedType type in reader.ExportedTypes.Select(reader.GetExportedType).Where(type => type.IsForwarder))
            members.Add(new ClientMember($"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}", "", ""));
        return members;
    }

    /// <summary>The number that a member of an enumeration stands for; null when there is none.</summary>
    public static int? NumberOf(string path, string type, string name)
    {
        using var image = new PEReader(File.OpenRead(path));
        MetadataReader reader = image.GetMetadataReader();
        foreach (TypeDefinitionHandle handle in reader.TypeDefinitions.Where(handle => SignatureText.NameOf(reader, handle) == $"{ClientName}.{type}"))
        {
            foreach (FieldDefinition field in reader.GetTypeDefinition(handle).GetFields().Select(reader.GetFieldDefinition))
            {
                if (reader.GetString(field.Name) == name)
                    return reader.GetBlobReader(reader.GetConstant(field.GetDefaultValue()).Value).ReadInt32();
            }
        }

        return null;
    }

    private static bool IsOfClient(MetadataReader reader, TypeReferenceHandle handle)
    {
        EntityHandle scope = reader.GetTypeReference(handle).ResolutionScope;
        return scope.Kind switch
        {
            HandleKind.TypeReference => IsOfClient(reader, (TypeReferenceHandle)scope),
            HandleKind.AssemblyReference => reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name) == ClientName,
            _ => false,
        };
    }
}
