using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Strata.TestKit.Servers;

/// <summary>A certificate that signs itself, made for a host, in files of a directory of its own.</summary>
public sealed class TestCertificate : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("strata-tls-").FullName;

    public TestCertificate(string host)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        Certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(CertificateFile, Certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>What a redis-server is told to speak TLS, too, on a port.</summary>
    public string[] ServerArguments(int port) =>
        ["--tls-port", $"{port}", "--tls-cert-file", CertificateFile, "--tls-key-file", KeyFile, "--tls-ca-cert-file", CertificateFile, "--tls-auth-clients", "no"];

    private string CertificateFile => Path.Combine(_directory, "certificate.pem");

    private string KeyFile => Path.Combine(_directory, "key.pem");

    public void Dispose()
    {
        Certificate.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
