using System.Net;
using System.Net.Sockets;
using RegistryOperator.Oci.Network;

namespace RegistryOperator.Oci.Transport;

/// <summary>
/// Opens connections to addresses that the policy allows. All connections of one handler are of one destination's right, since handlers pool them.
/// </summary>
/// <param name="policy">What is allowed.</param>
/// <param name="proxy">Which URLs are requested through a proxy.</param>
/// <param name="destination">What leads there.</param>
/// <param name="observe">Told where each connection ended, but for those to a proxy.</param>
internal sealed class OutboundConnector(OutboundPolicy policy, IWebProxy proxy, Destination destination, Action<AddressRange>? observe)
{
    /// <summary>The <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var endpoint = context.DnsEndPoint;
        if (IsProxy(context)) return await ConnectAsync([], endpoint, cancellationToken);
        var addresses = await policy.AllowedAddressesAsync(endpoint.Host, endpoint.Port, destination, cancellationToken);
        if (addresses.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
        var stream = await ConnectAsync(addresses, endpoint, cancellationToken);
        if (stream.Socket.RemoteEndPoint is IPEndPoint reached) observe?.Invoke(SpecialAddresses.RangeOf(reached.Address));
        return stream;
    }

    // The proxy is the operator's own setting, whatever its address. What is asked of it has been judged by its URL. No other request is a CONNECT.
    private bool IsProxy(SocketsHttpConnectionContext context)
    {
        var request = context.InitialRequestMessage;
        if (request.Method == HttpMethod.Connect) return true;
        if (request.RequestUri is not { } url || proxy.IsBypassed(url) || proxy.GetProxy(url) is not { } by) return false;
        return context.DnsEndPoint.Port == by.Port && string.Equals(context.DnsEndPoint.Host, by.IdnHost, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<NetworkStream> ConnectAsync(IPAddress[] addresses, DnsEndPoint endpoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (addresses.Length > 0) await socket.ConnectAsync(addresses, endpoint.Port, cancellationToken);
            else await socket.ConnectAsync(endpoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
