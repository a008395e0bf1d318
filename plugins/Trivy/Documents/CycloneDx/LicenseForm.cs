using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace RegistryOperator.Plugins.Trivy.Documents.CycloneDx;

/// <summary>
/// In which form CycloneDX has a licence (<see href="https://cyclonedx.org/docs/1.6/json/#components_items_licenses"/>): an id of SPDX's list, an expression of
/// such ids, or a free name. A licence that is not among those below is a name, which is always valid.
/// </summary>
internal static partial class LicenseForm
{
    private const int MaximumLength = 500;

    // The current ids of what packages of distributions and languages declare (https://spdx.org/licenses/).
    private static readonly FrozenSet<string> Ids =
    """
    0BSD AAL AFL-1.1 AFL-1.2 AFL-2.0 AFL-2.1 AFL-3.0 AGPL-1.0-only AGPL-1.0-or-later AGPL-3.0-only AGPL-3.0-or-later AGPL-3.0 AML AMPAS ANTLR-PD APSL-1.0
    APSL-1.1 APSL-1.2 APSL-2.0 Apache-1.0 Apache-1.1 Apache-2.0 Artistic-1.0 Artistic-1.0-Perl Artistic-1.0-cl8 Artistic-2.0 BSD-1-Clause BSD-2-Clause
    BSD-2-Clause-Patent BSD-2-Clause-Views BSD-3-Clause BSD-3-Clause-Attribution BSD-3-Clause-Clear BSD-3-Clause-LBNL BSD-3-Clause-Modification
    BSD-4-Clause BSD-4-Clause-UC BSD-Protection BSD-Source-Code BSL-1.0 BUSL-1.1 Beerware BitTorrent-1.0 BitTorrent-1.1 BlueOak-1.0.0 Boehm-GC
    Bitstream-Vera CATOSL-1.1 CC-BY-1.0 CC-BY-2.0 CC-BY-2.5 CC-BY-3.0 CC-BY-4.0 CC-BY-NC-4.0 CC-BY-NC-ND-4.0 CC-BY-NC-SA-4.0 CC-BY-ND-4.0 CC-BY-SA-2.0
    CC-BY-SA-2.5 CC-BY-SA-3.0 CC-BY-SA-4.0 CC-PDDC CC0-1.0 CDDL-1.0 CDDL-1.1 CECILL-1.0 CECILL-2.0 CECILL-2.1 CECILL-B CECILL-C CNRI-Jython CNRI-Python
    CNRI-Python-GPL-Compatible CPAL-1.0 CPL-1.0 CUA-OPL-1.0 ClArtistic Condor-1.1 Crossword Cube D-FSL-1.0 DOC ECL-1.0 ECL-2.0 EFL-1.0 EFL-2.0 EPL-1.0
    EPL-2.0 EUDatagrid EUPL-1.0 EUPL-1.1 EUPL-1.2 Elastic-2.0 Entessa ErlPL-1.1 FSFAP FSFUL FSFULLR FTL Fair GD GFDL-1.1-only GFDL-1.1-or-later
    GFDL-1.2-only GFDL-1.2-or-later GFDL-1.3-only GFDL-1.3-or-later GFDL-1.1 GFDL-1.2 GFDL-1.3 GPL-1.0-only GPL-1.0-or-later GPL-2.0-only GPL-2.0-or-later
    GPL-3.0-only GPL-3.0-or-later GPL-1.0 GPL-2.0 GPL-3.0 HPND HPND-sell-variant Hippocratic-2.1 IBM-pibs ICU IJG IPA IPL-1.0 ISC ImageMagick Info-ZIP
    Intel JSON JasPer-2.0 LAL-1.3 LGPL-2.0-only LGPL-2.0-or-later LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0-only LGPL-3.0-or-later LGPL-2.0 LGPL-2.1
    LGPL-3.0 LGPLLR LPL-1.0 LPL-1.02 LPPL-1.0 LPPL-1.1 LPPL-1.2 LPPL-1.3a LPPL-1.3c Latex2e Leptonica Libpng Linux-OpenIB MIT MIT-0 MIT-CMU
    MIT-Modern-Variant MIT-Wu MIT-advertising MIT-feh MITNFA MPL-1.0 MPL-1.1 MPL-2.0 MPL-2.0-no-copyleft-exception MS-PL MS-RL MirOS Motosoto MulanPSL-1.0
    MulanPSL-2.0 Multics NASA-1.3 NAIST-2003 NBPL-1.0 NCSA NGPL NIST-PD NIST-Software NLOD-1.0 NOSL NPL-1.0 NPL-1.1 NPOSL-3.0 NTP NTP-0 Naumen Net-SNMP
    Nokia ODC-By-1.0 ODbL-1.0 OFL-1.0 OFL-1.1 OGTSL OLDAP-2.0 OLDAP-2.7 OLDAP-2.8 OML OSET-PL-2.1 OSL-1.0 OSL-1.1 OSL-2.0 OSL-2.1 OSL-3.0 OpenSSL PDDL-1.0
    PHP-3.0 PHP-3.01 PSF-2.0 Parity-7.0.0 Plexus PolyForm-Noncommercial-1.0.0 PolyForm-Small-Business-1.0.0 PostgreSQL Python-2.0 Python-2.0.1 QPL-1.0
    Qhull RPL-1.1 RPL-1.5 RPSL-1.0 RSA-MD RSCPL Ruby SAX-PD SGI-B-2.0 SISSL SMLNJ SNIA SPL-1.0 SSH-OpenSSH SSH-short SSPL-1.0 SWL Sendmail SimPL-2.0
    Sleepycat Spencer-86 Spencer-94 Spencer-99 SugarCRM-1.1.3 TCL TCP-wrappers TMate TOSL UCL-1.0 UPL-1.0 Unicode-3.0 Unicode-DFS-2015 Unicode-DFS-2016
    Unicode-TOU Unlicense VSL-1.0 Vim W3C W3C-19980720 W3C-20150513 WTFPL Watcom-1.0 X11 XFree86-1.1 Xerox Xnet YPL-1.0 YPL-1.1 ZPL-1.1 ZPL-2.0 ZPL-2.1
    Zed Zend-2.0 Zimbra-1.3 Zimbra-1.4 Zlib blessing bzip2-1.0.6 curl dvipdfm gnuplot iMatix libpng-2.0 libselinux-1.0 libtiff mpich2 snprintf xpp
    zlib-acknowledgement
    """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>True for an id of SPDX's list.</summary>
    public static bool IsId(string license) => Ids.Contains(license);

    /// <summary>
    /// The licence as an expression of ids (<see href="https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/"/>), without brackets around all of it;
    /// null where it is none.
    /// </summary>
    public static string? AsExpression(string license)
    {
        // Real ones are short: what is longer is the licence's text.
        if (license.Length > MaximumLength) return null;
        var tokens = Token().Matches(license);
        if (tokens.Count < 3) return null;
        var position = 0;
        if (!ReadTerms(tokens, ref position) || position != tokens.Count) return null;
        var text = license.Trim();
        return IsInBrackets(tokens) ? text[1..^1].Trim() : text;
    }

    // term (AND|OR term)*, where a term is an id, an id WITH an exception, or terms in brackets. The order in which they bind does not matter here.
    private static bool ReadTerms(MatchCollection tokens, ref int position)
    {
        while (true)
        {
            if (!ReadTerm(tokens, ref position)) return false;
            if (position >= tokens.Count || tokens[position].Value is not ("AND" or "OR")) return true;
            position++;
        }
    }

    private static bool ReadTerm(MatchCollection tokens, ref int position)
    {
        if (position >= tokens.Count) return false;
        var first = tokens[position++].Value;
        if (first == "(") return ReadTerms(tokens, ref position) && position < tokens.Count && tokens[position++].Value == ")";
        if (!IsId(first.TrimEnd('+')) && !first.StartsWith("LicenseRef-", StringComparison.Ordinal)) return false;
        if (position >= tokens.Count || tokens[position].Value != "WITH") return true;
        position += 2;
        return position <= tokens.Count && tokens[position - 1].Value.Contains("exception", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsInBrackets(MatchCollection tokens)
    {
        if (tokens[0].Value != "(") return false;
        var depth = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Value == "(") depth++;
            else if (tokens[i].Value == ")" && --depth == 0) return i == tokens.Count - 1;
        }

        return false;
    }

    [GeneratedRegex(@"[()]|[^\s()]+", RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}
