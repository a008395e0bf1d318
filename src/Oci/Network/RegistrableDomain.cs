using System.Collections.Frozen;

namespace RegistryOperator.Oci.Network;

/// <summary>
/// The domain that one party has registered, by rules that are bounded and err towards "not the same". The list of public suffixes
/// (<see href="https://publicsuffix.org"/>) is not carried along: it has ten thousand entries and changes weekly, and what an aged copy lacks, it would
/// silently take for one party. What is refused by the rules can be named in the setting <c>Network:TokenServers</c>.
/// </summary>
internal static class RegistrableDomain
{
    // Not for registration (RFC 6761, RFC 6762, RFC 8375, ICANN's .internal), and what clusters and sites use inside.
    private static readonly FrozenSet<string> SpecialUse = FrozenSet.Create(
        StringComparer.Ordinal,
        "local", "localhost", "localdomain", "internal", "intranet", "private", "corp", "home", "lan", "svc", "cluster", "test", "invalid", "example",
        "arpa", "onion");

    // Below a country's domain these are categories, in which others register. Names of up to three letters are taken for categories, too: co, com, org, net,
    // ac, gov, edu, ne, or, go, gob, ltd, plc, me, nom, mil and many more.
    private static readonly FrozenSet<string> Categories = FrozenSet.Create(
        StringComparer.Ordinal, "info", "name", "gouv", "firm", "store", "shop", "tech", "coop", "museum", "school", "sch", "state", "govt",
        "police", "health", "asso", "presse", "press", "club", "ebiz", "game", "blog", "flog", "vlog", "wiki", "arts", "aero", "jobs", "mobi", "travel",
        "maori", "iwi", "kiwi", "geek", "parliament", "muni", "conf", "perso", "priv", "media", "tourism", "business", "internet", "university", "post",
        "gouvernement", "agric", "nature", "law", "city", "village", "web", "radio", "gob", "politica", "educacion", "empresa");

    // Providers below whose domains customers get names, at any depth: such a host shares its domain with nobody.
    private static readonly string[] Shared =
    [
        "amazonaws.com", "amazonaws.com.cn", "on.aws", "awsapprunner.com", "cloudfront.net", "elasticbeanstalk.com", "awsglobalaccelerator.com",
        "azurecr.io", "azurecr.cn", "azurewebsites.net", "azure-api.net", "azurefd.net", "azureedge.net", "azurecontainer.io", "azurecontainerapps.io",
        "azurestaticapps.net", "cloudapp.net", "cloudapp.azure.com", "trafficmanager.net", "windows.net", "azure.com", "azmk8s.io",
        "appspot.com", "run.app", "web.app", "firebaseapp.com", "cloudfunctions.net", "pkg.dev", "googleapis.com", "googleusercontent.com", "goog",
        "aliyuncs.com", "alicontainer.com", "myhuaweicloud.com", "myqcloud.com", "tencentcs.com", "tencentyun.com", "volces.com", "baidubce.com",
        "oraclecloud.com", "oraclecloudapps.com", "appdomain.cloud", "ocir.io", "digitaloceanspaces.com", "ondigitalocean.app", "scw.cloud", "ovh.net",
        "github.io", "githubusercontent.com", "github.dev", "gitlab.io", "bitbucket.io", "readthedocs.io", "netlify.app", "vercel.app", "vercel.dev", "now.sh",
        "pages.dev", "workers.dev", "r2.dev", "herokuapp.com", "fly.dev", "onrender.com", "railway.app", "deno.dev", "repl.co", "replit.dev", "replit.app",
        "jfrog.io", "cloudsmith.io", "gitpod.io", "openshiftapps.com", "rhcloud.com", "surge.sh", "glitch.me", "stackblitz.io", "csb.app",
        "ngrok.io", "ngrok.app", "ngrok.dev", "ngrok-free.app", "ngrok-free.dev", "trycloudflare.com", "loca.lt", "localtunnel.me", "lhr.life", "serveo.net",
        "ts.net", "nip.io", "sslip.io", "xip.io", "duckdns.org", "dyndns.org", "no-ip.org", "no-ip.com", "ddns.net", "hopto.org", "zapto.org", "sytes.net",
        "dynv6.net", "freeddns.org", "mooo.com", "afraid.org", "eu.org", "us.com", "uk.com", "de.com", "eu.com", "cn.com", "co.com", "br.com",
        "gb.net", "uk.net",
        "in.net", "blogspot.com", "wordpress.com", "weebly.com", "wixsite.com", "backblazeb2.com", "wasabisys.com", "linodeobjects.com", "vultrobjects.com",
        "fastly.net", "fastlylb.net", "akamaized.net", "akamaihd.net", "edgesuite.net", "edgekey.net", "b-cdn.net", "cdn77.org",
    ];

    // The prefectures of Japan and others below jp, in which cities and companies register.
    private static readonly FrozenSet<string> BelowJapan = FrozenSet.Create(
        StringComparer.Ordinal,
        "aichi", "akita", "aomori", "chiba", "ehime", "fukui", "fukuoka", "fukushima", "gifu", "gunma", "hiroshima", "hokkaido", "hyogo", "ibaraki", "ishikawa",
        "iwate", "kagawa", "kagoshima", "kanagawa", "kawasaki", "kitakyushu", "kobe", "kochi", "kumamoto", "kyoto", "mie", "miyagi", "miyazaki", "nagano",
        "nagasaki", "nagoya", "nara", "niigata", "oita", "okayama", "okinawa", "osaka", "saga", "saitama", "sapporo", "sendai", "shiga", "shimane", "shizuoka",
        "tochigi", "tokushima", "tokyo", "tottori", "toyama", "wakayama", "yamagata", "yamaguchi", "yamanashi", "yokohama");

    /// <summary>The registrable domain of a host in lower case; null where it has none, or shares it with strangers.</summary>
    public static string? Of(string host)
    {
        if (Uri.CheckHostName(host) != UriHostNameType.Dns) return null;
        var labels = host.Split('.');
        if (labels.Length < 2 || labels.Contains("") || SpecialUse.Contains(labels[^1])) return null;
        if (Shared.Any(shared => host == shared || host.EndsWith("." + shared, StringComparison.Ordinal))) return null;
        var length = IsBelowCategory(labels[^2], labels[^1]) ? 3 : 2;
        return labels.Length < length ? null : string.Join('.', labels[^length..]);
    }

    private static bool IsBelowCategory(string second, string top) =>
        top.Length == 2 && (second.Length <= 3 || Categories.Contains(second) || (top == "jp" && BelowJapan.Contains(second)));
}
