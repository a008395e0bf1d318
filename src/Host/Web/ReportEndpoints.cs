using Microsoft.AspNetCore.Routing;
using RegistryOperator.Host.Reports;

namespace RegistryOperator.Host.Web;

internal static class ReportEndpoints
{
    public const string Prefix = "/api/v1";

    public static void MapReports(this IEndpointRouteBuilder routes, IReportStore store)
    {
    }
}
