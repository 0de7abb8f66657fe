using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Strata.Generators.Tests.Compiling;

/// <summary>A project as a user has it: implicit usings, nullable, warnings as errors, the framework and the assembly of Strata as it was built.</summary>
internal static class UserProject
{
    private const string ImplicitUsings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    public static readonly CSharpParseOptions ParseOptions = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview);

    // What the runtime was told to trust is the framework and all that lies beside the tests.
    private static readonly ImmutableArray<string> Paths = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)];

    private static readonly ImmutableArray<MetadataReference> WithServices = [.. Paths.Select(path => MetadataReference.CreateFromFile(path))];

    private static readonly ImmutableArray<MetadataReference> WithoutServices =
        [.. WithServices.Where(reference => !reference.Display!.Contains("Microsoft.Extensions.DependencyInjection", StringComparison.Ordinal))];

    /// <summary>Makes the compilation of a source, before generators.</summary>
    /// <param name="source">The user's only file.</param>
    /// <param name="hasServices">Whether the project refers to the service collection of Microsoft.Extensions.</param>
    public static CSharpCompilation Compile(string source, bool hasServices = true) => CSharpCompilation.Create(
        "User",
        [CSharpSyntaxTree.ParseText(ImplicitUsings, ParseOptions, "usings.cs"), CSharpSyntaxTree.ParseText(source, ParseOptions, "user.cs")],
        hasServices ? WithServices : WithoutServices,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, generalDiagnosticOption: ReportDiagnostic.Error)
            .WithSpecificDiagnosticOptions([new("CS1701", ReportDiagnostic.Suppress), new("CS1702", ReportDiagnostic.Suppress)]));
}
