namespace Strata.Generators.MessagePack;

/// <summary>Writes the source of one class.</summary>
internal static class PackSource
{
    private const string Room = "global::Strata.Payloads.MessagePack.";

    public static string Write(PackContext context)
    {
        var source = new GeneratedSource();
        context.Scope.Open(source);
        foreach (PackSerializer serializer in context.Serializers)
        {
            string type = $"global::Strata.Payloads.IPayloadSerializer<{serializer.Type}>";
            source
                .Line($"/// <summary>Writes and reads <c>{serializer.Property}</c> in the MessagePack format.</summary>")
                .Line($"{serializer.Access} static {type} {serializer.Property} {{ get; }} = global::Strata.Payloads.PayloadSerializer.MessagePack<{serializer.Type}, {serializer.Format}>();")
                .Line();
        }

        // Nil may stand for any reference, whatever the contract says of it.
        source.Line("#nullable disable");
        foreach (PackFormat format in context.Formats)
        {
            source.Line().Open($"private readonly struct {format.Name} : {Room}IMessagePackFormat<{format.Type}>");
            WriteWrite(source, format);
            source.Line();
            WriteTryRead(source, format);
            source.Close();
        }

        context.Scope.Close(source);
        return source.ToString();
    }

    private static void WriteWrite(GeneratedSource source, PackFormat format)
    {
        source.Open($"public static void Write(ref {Room}MessagePackWriter writer, {format.Type} value)");
        switch (format.Kind)
        {
            case PackFormatKind.Enum:
                source.Line($"{Room}Formats.ScalarFormat.Write(ref writer, ({format.Number})value);").Close();
                return;
            case PackFormatKind.Class:
                source.Open("if (value is null)").Line("writer.WriteNil();").Line("return;").Close().Line();
                break;
        }

        int count = format.Members.Count == 0 ? 0 : format.Members[format.Members.Count - 1].Order + 1;
        source.Line($"writer.BeginArray({count});");
        int next = 0;
        foreach (PackMember member in format.Members)
        {
            for (; next < member.Order; next++)
                source.Line("writer.WriteNil();");
            source.Line($"{member.Format}.Write(ref writer, value.{member.Name});");
            next++;
        }

        source.Line("writer.End();").Close();
    }

    private static void WriteTryRead(GeneratedSource source, PackFormat format)
    {
        source.Open($"public static bool TryRead(ref {Room}MessagePackReader reader, out {format.Type} value)");
        switch (format.Kind)
        {
            case PackFormatKind.Enum:
                source
                    .Line($"bool isRead = {Room}Formats.ScalarFormat.TryRead(ref reader, out {format.Number} number);")
                    .Line($"value = ({format.Type})number;")
                    .Line("return isRead;");
                break;
            case PackFormatKind.Tuple:
                string reads = string.Concat(format.Members.Select(member => $" || !{member.Format}.TryRead(ref reader, out {member.Type} {Local(member)})"));
                source
                    .Line("value = default;")
                    .Line($"if (!reader.TryBeginArray(out int count) || count != {format.Members.Count}{reads})")
                    .Line("    return false;")
                    .Line("reader.End();")
                    .Line($"value = ({string.Join(", ", format.Members.Select(Local))});")
                    .Line("return true;");
                break;
            default:
                WriteTryReadContract(source, format);
                break;
        }

        source.Close();
    }

    private static void WriteTryReadContract(GeneratedSource source, PackFormat format)
    {
        source.Line("value = default;");
        if (format.Kind == PackFormatKind.Class)
            source.Line("if (reader.TryReadNil())").Line("    return true;");
        source.Line("if (!reader.TryBeginArray(out int count))").Line("    return false;").Line();
        foreach (PackMember member in format.Members)
            source.Line($"{member.Type} {Local(member)} = {member.Default};");

        source.Open("for (int i = 0; i < count; i++)").Open("bool isRead = i switch");
        foreach (PackMember member in format.Members)
            source.Line($"{member.Order} => {member.Format}.TryRead(ref reader, out {Local(member)}),");
        source.Line("_ => reader.TrySkip(),").Close("};").Line("if (!isRead)").Line("    return false;").Close().Line();

        source.Line("reader.End();");
        WriteDefaults(source, format);
        source.Line($"value = new {format.Type}({Arguments(format)}){Initializer(format, PackSetting.Required, PackSetting.Initializer)};");
        foreach (PackMember member in format.Members.Where(static member => member.Setting == PackSetting.Afterwards))
            source.Line($"if (count > {member.Order})").Line($"    value.{member.Name} = {Local(member)};");
        source.Line("return true;");
    }

    /// <summary>Has members that can be set in the initializer only, and that the payload lacks, keep what the type gives them: they are taken from an instance made without them.</summary>
    private static void WriteDefaults(GeneratedSource source, PackFormat format)
    {
        PackMember[] members = [.. format.Members.Where(static member => member.Setting == PackSetting.Initializer)];
        if (members.Length == 0)
            return;
        source.Open($"if (count <= {members[members.Length - 1].Order})").Line($"{format.Type} unset = new {format.Type}({Arguments(format)}){Initializer(format, PackSetting.Required)};");
        foreach (PackMember member in members)
            source.Line($"if (count <= {member.Order})").Line($"    {Local(member)} = unset.{member.Name};");
        source.Close().Line();
    }

    private static string Arguments(PackFormat format) =>
        string.Join(", ", format.Members.Where(static member => member.Setting == PackSetting.Parameter).Select(static member => $"{member.Parameter}: {Local(member)}"));

    private static string Initializer(PackFormat format, params PackSetting[] kinds)
    {
        string settings = string.Join(", ", format.Members.Where(member => kinds.Contains(member.Setting)).Select(static member => $"{member.Name} = {Local(member)}"));
        return settings.Length == 0 ? "" : $" {{ {settings} }}";
    }

    private static string Local(PackMember member) => $"member{member.Order}";
}
