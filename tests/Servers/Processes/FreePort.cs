using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace RegistryOperator.Tests.Servers.Processes;

/// <summary>Finds ports for servers that can't choose one themselves.</summary>
public static class FreePort
{
    // Below the range from which systems give ports to outgoing connections: such a connection could take the port before the server does.
    private const int First = 20_000;
    private const int Last = 32_000;
    private const int Attempts = 100;

    /// <summary>A port on 127.0.0.1 that nothing listens on.</summary>
    public static int Find()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(First, Last);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: another one.
            }
        }

        throw new InvalidOperationException($"No free port found between {First} and {Last}.");
    }
}
