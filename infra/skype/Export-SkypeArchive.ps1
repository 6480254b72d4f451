<#
.SYNOPSIS
Exports what Skype for Business Server has archived since the last run, and uploads it to the drop
container of the archive.

.DESCRIPTION
Every file goes through the outbox, a folder on this server, and leaves it only when Azure Storage
has confirmed it. What could not be exported or uploaded is tried again by the next run; nothing is
deleted from the archiving database, and nothing of what the Persistent Chat compliance adapter
wrote is changed.

Exit codes: 0 everything is uploaded; 1 wrong parameters or prerequisites; 2 an export failed;
3 an upload failed; 4 another run is under way.

.PARAMETER ContainerUrl
The drop container, without a SAS: https://ACCOUNT.blob.core.windows.net/skype-drop

.PARAMETER SasFile
The SAS, encrypted for this server: see -SaveSas. Only administrators and the task's account should
be able to read the file. Leave it away to use azcopy with an identity of its own
(AZCOPY_AUTO_LOGIN_TYPE).

.PARAMETER ComplianceFolder
AdapterOutputDirectory of Set-CsPersistentChatComplianceConfiguration. Several are separated by
commas, as are several databases and several folders of files.

.PARAMETER SaveSas
Asks for the SAS, writes it to SasFile, and ends. The SAS needs the permissions Create and Write on
the container, and no others.

.EXAMPLE
.\Export-SkypeArchive.ps1 -ContainerUrl https://contoso.blob.core.windows.net/skype-drop `
  -SasFile C:\ProgramData\SkypeArchive\sas.txt -ComplianceFolder \\pool\compliance `
  -ChatFilesFolder \\pool\share\chatfiles
#>
#Requires -Version 5.1
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [ValidatePattern('^https://[^?]+/[^/?]+$')] [string] $ContainerUrl,
    [string] $SasFile,
    [switch] $SaveSas,
    [string] $AzCopy = 'azcopy.exe',
    # Identities as Get-CsService -ArchivingDatabase gives them; all of them if absent.
    [string[]] $ArchivingDatabase,
    [switch] $WithoutSessions,
    [string[]] $ComplianceFolder = @(),
    # Where Persistent Chat keeps what was uploaded to its rooms.
    [string[]] $ChatFilesFolder = @(),
    [string] $DataFolder = (Join-Path $env:ProgramData 'SkypeArchive'),
    # Where the first export begins.
    [datetime] $Since = (Get-Date).Date.AddDays(-1),
    # So much of what was exported before is exported again, for sessions that went on.
    [ValidateRange(0, 720)] [int] $OverlapHours = 24,
    # A file that was written to a shorter while ago may not be complete.
    [ValidateRange(1, 1440)] [int] $SettleMinutes = 5,
    [ValidateRange(0, 3650)] [int] $KeepDays = 7
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
Add-Type -AssemblyName 'System.Net.Http', 'System.Security'

$outbox = Join-Path $DataFolder 'outbox'
$sent = Join-Path $DataFolder 'sent'
$logs = Join-Path $DataFolder 'logs'
$unfinished = Join-Path $DataFolder 'unfinished'
$stateFile = Join-Path $DataFolder 'state.tsv'
$blockBytes = 8MB

function Write-Log([string] $Level, [string] $Message) {
    $line = '{0:yyyy-MM-ddTHH:mm:ssZ} {1} {2}' -f [datetime]::UtcNow, $Level, $Message
    $file = Join-Path $logs ('{0:yyyy-MM-dd}.log' -f [datetime]::UtcNow)
    Add-Content -LiteralPath $file -Value $line -Encoding UTF8
    Write-Host $line
}

# --- State: until when each database was exported, and which files were taken. ---

# Lines and no JSON: how much of that Windows PowerShell reads has a limit, and files are many.
function Read-State {
    $state = @{ exportedUntil = @{}; taken = @{} }
    if (-not (Test-Path -LiteralPath $stateFile)) { return $state }
    foreach ($line in [IO.File]::ReadAllLines($stateFile)) {
        $part, $name, $value = $line -split "`t"
        $state[$part][$name] = $value
    }
    return $state
}

# Written beside and then put in its place, so that there is always a whole one.
function Save-State([hashtable] $State) {
    $new = "$stateFile.new"
    $lines = New-Object Collections.Generic.List[string]
    foreach ($part in $State.Keys) {
        foreach ($entry in $State[$part].GetEnumerator()) {
            $lines.Add("$part`t$($entry.Key)`t$($entry.Value)")
        }
    }
    [IO.File]::WriteAllLines($new, $lines.ToArray())
    if (Test-Path -LiteralPath $stateFile) {
        [IO.File]::Replace($new, $stateFile, "$stateFile.old")
    }
    else { Move-Item -LiteralPath $new -Destination $stateFile }
}

# The same whatever the regional settings.
function ConvertTo-UtcTime([string] $Value) {
    $styles = [Globalization.DateTimeStyles]'AssumeUniversal, AdjustToUniversal'
    return [datetime]::Parse($Value, [cultureinfo]::InvariantCulture, $styles)
}

# powershell.exe -File, as the task calls it, gives a list as one text.
function Split-List([string[]] $List) {
    return $List | ForEach-Object { $_ -split ',' } | ForEach-Object Trim | Where-Object { $_ }
}

function Get-SafeName([string] $Name) { return $Name -replace '[^A-Za-z0-9.-]', '_' }

# --- Sessions: Export-CsArchivingData, into the outbox. ---

function Export-Database([string] $Identity, [hashtable] $State) {
    $until = [datetime]::UtcNow
    $from = $Since.ToUniversalTime()
    if ($State.exportedUntil.ContainsKey($Identity)) {
        $from = (ConvertTo-UtcTime $State.exportedUntil[$Identity]).AddHours(-$OverlapHours)
    }
    # The cmdlet says nothing if the end is not after the start.
    if ($from -ge $until) { throw "The clock is before the last export ($($from.ToString('o')))." }
    $name = '{0}-{1:yyyyMMddTHHmmssZ}' -f (Get-SafeName $Identity), $until
    $folder = Join-Path $unfinished $name
    New-Item -ItemType Directory -Path $folder -Force | Out-Null
    # Dates and no text: the cmdlet reads text by the server's regional settings.
    Export-CsArchivingData -Identity $Identity -StartDate $from.ToLocalTime() `
        -EndDate $until.ToLocalTime() -OutputFolder $folder -Force -ErrorAction Stop
    $count = @(Get-ChildItem -LiteralPath $folder -Recurse -File).Count
    New-Item -ItemType Directory -Path (Join-Path $outbox 'eml') -Force | Out-Null
    # One move: the outbox never holds half an export.
    Move-Item -LiteralPath $folder -Destination (Join-Path $outbox "eml\$name")
    $State.exportedUntil[$Identity] = $until.ToString('o', [cultureinfo]::InvariantCulture)
    Save-State $State
    Write-Log 'INFO' "Exported $count files from $Identity, since $($from.ToString('s'))Z."
}

# --- Persistent Chat: what others wrote is copied into the outbox, once. ---

function Test-IsComplete([IO.FileInfo] $File) {
    if ($File.LastWriteTimeUtc -gt [datetime]::UtcNow.AddMinutes(-$SettleMinutes)) { return $false }
    try {
        $File.Open([IO.FileMode]::Open, [IO.FileAccess]::Read, [IO.FileShare]::Read).Dispose()
        return $true
    }
    catch [IO.IOException] { return $false }
}

function Copy-ToOutbox([IO.FileInfo] $File, [string] $Path) {
    $destination = Join-Path $outbox $Path
    New-Item -ItemType Directory -Path (Split-Path $destination) -Force | Out-Null
    Copy-Item -LiteralPath $File.FullName -Destination "$destination.copying" -Force
    Move-Item -LiteralPath "$destination.copying" -Destination $destination -Force
}

function Copy-NewFiles([string] $Folder, [string] $Target, [hashtable] $State) {
    $root = (Get-Item -LiteralPath $Folder).FullName.TrimEnd('\')
    $known = @{}
    $copied = 0
    $failed = 0
    foreach ($file in Get-ChildItem -LiteralPath $root -Recurse -File) {
        $version = '{0}|{1}' -f $file.Length, $file.LastWriteTimeUtc.Ticks
        $known[$file.FullName] = $true
        if ($State.taken[$file.FullName] -eq $version) { continue }
        # One that this account may not read stops no other.
        try {
            if (-not (Test-IsComplete $file)) { continue }
            $relative = $file.FullName.Substring($root.Length + 1)
            Copy-ToOutbox $file (Join-Path $Target $relative)
            $State.taken[$file.FullName] = $version
            $copied++
        }
        catch {
            $failed++
            Write-Log 'ERROR' "$($file.FullName) was not copied, and is tried again: $_"
        }
    }
    # What is no longer there need not be remembered.
    foreach ($path in @($State.taken.Keys)) {
        $isHere = $path.StartsWith("$root\", [StringComparison]::OrdinalIgnoreCase)
        if ($isHere -and -not $known.ContainsKey($path)) { $State.taken.Remove($path) }
    }
    Save-State $State
    Write-Log 'INFO' "Found $copied new files in $root."
    if ($failed -gt 0) { throw "$failed of its files could not be copied." }
}

# --- Upload: a blob is there when its last call was confirmed, and before that not at all. ---

# DPAPI for the machine, because a group managed service account can't be signed in with to save it.
function Save-SasFile {
    $answer = Read-Host 'SAS of the container' -AsSecureString
    $sas = (New-Object Net.NetworkCredential '', $answer).Password.Trim().TrimStart('?')
    if ($sas -notmatch '(^|&)sig=') { throw 'That is no SAS: it has no sig.' }
    $bytes = [Text.Encoding]::UTF8.GetBytes($sas)
    $sealed = [Security.Cryptography.ProtectedData]::Protect($bytes, $null, 'LocalMachine')
    New-Item -ItemType Directory -Path (Split-Path $SasFile) -Force | Out-Null
    [Convert]::ToBase64String($sealed) | Set-Content -LiteralPath $SasFile -Encoding ASCII
}

function Read-Sas {
    $sealed = [Convert]::FromBase64String((Get-Content -LiteralPath $SasFile -Raw).Trim())
    $bytes = [Security.Cryptography.ProtectedData]::Unprotect($sealed, $null, 'LocalMachine')
    return [Text.Encoding]::UTF8.GetString($bytes)
}

function Invoke-Put([Net.Http.HttpClient] $Client, [string] $Url, [Net.Http.HttpContent] $Content) {
    $request = New-Object Net.Http.HttpRequestMessage ([Net.Http.HttpMethod]::Put), $Url
    $request.Headers.Add('x-ms-version', '2021-08-06')
    $request.Content = $Content
    try {
        $answer = $Client.SendAsync($request).GetAwaiter().GetResult()
        if ([int] $answer.StatusCode -ne 201) {
            # The reason alone: the address holds the SAS.
            throw "the storage answered $([int] $answer.StatusCode) ($($answer.ReasonPhrase))"
        }
    }
    finally { $request.Dispose() }
}

function Send-File([Net.Http.HttpClient] $Client, [IO.FileInfo] $File, [string] $Path, [string] $Sas) {
    $escaped = ($Path -split '/' | ForEach-Object { [uri]::EscapeDataString($_) }) -join '/'
    $url = "$ContainerUrl/$escaped"
    $ids = New-Object Collections.Generic.List[string]
    $stream = $File.OpenRead()
    try {
        $buffer = New-Object byte[] $blockBytes
        while (($read = $stream.Read($buffer, 0, $buffer.Length)) -gt 0) {
            $id = [Convert]::ToBase64String([Text.Encoding]::ASCII.GetBytes('{0:d8}' -f $ids.Count))
            $content = New-Object Net.Http.ByteArrayContent $buffer, 0, $read
            Invoke-Put $Client "${url}?comp=block&blockid=$([uri]::EscapeDataString($id))&$Sas" $content
            $ids.Add($id)
        }
    }
    finally { $stream.Dispose() }
    $list = ($ids | ForEach-Object { "<Latest>$_</Latest>" }) -join ''
    $xml = "<?xml version=`"1.0`" encoding=`"utf-8`"?><BlockList>$list</BlockList>"
    Invoke-Put $Client "${url}?comp=blocklist&$Sas" (New-Object Net.Http.StringContent $xml)
}

function Move-ToSent([IO.FileInfo] $File, [string] $Relative) {
    $destination = Join-Path $sent $Relative
    New-Item -ItemType Directory -Path (Split-Path $destination) -Force | Out-Null
    Move-Item -LiteralPath $File.FullName -Destination $destination -Force
    (Get-Item -LiteralPath $destination).LastWriteTimeUtc = [datetime]::UtcNow
}

function Get-OutboxFiles([string] $Folder) {
    $path = Join-Path $outbox $Folder
    if (-not (Test-Path -LiteralPath $path)) { return @() }
    return @(Get-ChildItem -LiteralPath $path -Recurse -File | Where-Object Extension -ne '.copying')
}

function Send-WithSas([IO.FileInfo[]] $Files) {
    if ($Files.Count -eq 0) { return 0 }
    $sas = Read-Sas
    $client = New-Object Net.Http.HttpClient
    $client.Timeout = [timespan]::FromMinutes(10)
    $failed = 0
    try {
        foreach ($file in $Files) {
            $relative = $file.FullName.Substring($outbox.Length + 1)
            try {
                Send-File $client $file $relative.Replace('\', '/') $sas
                Move-ToSent $file $relative
            }
            catch {
                $failed++
                $why = $_.Exception.GetBaseException().Message.Replace($sas, '***')
                Write-Log 'ERROR' "A file was not uploaded and stays in the outbox: $why."
            }
        }
    }
    finally { $client.Dispose() }
    return $failed
}

# azcopy signs in by itself, so that no secret stands on its command line.
function Send-WithAzCopy([string] $Folder, [IO.FileInfo[]] $Files) {
    if ($Files.Count -eq 0) { return 0 }
    # What a program writes to its error stream must not end the script.
    $ErrorActionPreference = 'Continue'
    $source = Join-Path (Join-Path $outbox $Folder) '*'
    $target = "$ContainerUrl/$($Folder.Replace('\', '/'))/"
    $arguments = @('copy', $source, $target, '--recursive', '--exclude-pattern=*.copying',
        '--put-md5', '--overwrite=true', '--output-type=text')
    $output = & $AzCopy @arguments 2>&1
    if ($LASTEXITCODE -ne 0) {
        $output | Select-Object -Last 5 | ForEach-Object { Write-Log 'ERROR' "azcopy: $_" }
        return $Files.Count
    }
    foreach ($file in $Files) { Move-ToSent $file $file.FullName.Substring($outbox.Length + 1) }
    return 0
}

# Uploads of rooms first, so that they are there when their messages are read.
function Send-Outbox {
    $failed = 0
    foreach ($folder in 'persistent-chat\files', 'persistent-chat', 'eml') {
        $files = @(Get-OutboxFiles $folder)
        if ($SasFile) { $left = Send-WithSas $files }
        else { $left = Send-WithAzCopy $folder $files }
        $failed += $left
        Write-Log 'INFO' "Uploaded $($files.Count - $left) of $($files.Count) files of $folder."
    }
    return $failed
}

function Remove-Old([string] $Folder, [int] $Days) {
    if (-not (Test-Path -LiteralPath $Folder)) { return }
    Get-ChildItem -LiteralPath $Folder -Recurse -File |
        Where-Object LastWriteTimeUtc -lt ([datetime]::UtcNow.AddDays(-$Days)) |
        Remove-Item -Force
    Get-ChildItem -LiteralPath $Folder -Recurse -Directory |
        Sort-Object { $_.FullName.Length } -Descending |
        Where-Object { -not (Get-ChildItem -LiteralPath $_.FullName -Force) } |
        Remove-Item -Force
}

# --- The run ---

if ($SaveSas) {
    if (-not $SasFile) { Write-Error 'Say with -SasFile where the SAS is to be kept.' -ErrorAction Continue; exit 1 }
    try { Save-SasFile } catch { Write-Error $_ -ErrorAction Continue; exit 1 }
    exit 0
}

try {
    foreach ($folder in $DataFolder, $outbox, $sent, $logs) {
        New-Item -ItemType Directory -Path $folder -Force | Out-Null
    }
    $outbox = (Get-Item -LiteralPath $outbox).FullName
    if ($SasFile -and -not (Test-Path -LiteralPath $SasFile)) { throw "There is no $SasFile`: run -SaveSas first." }
    if (-not $SasFile) { Get-Command $AzCopy | Out-Null }
}
catch { Write-Error $_ -ErrorAction Continue; exit 1 }

try { $lock = [IO.File]::Open((Join-Path $DataFolder 'lock'), 'OpenOrCreate', 'ReadWrite', 'None') }
catch [IO.IOException] { Write-Log 'WARN' 'Another run is under way.'; exit 4 }

$failedExports = 0
$failedUploads = 0
try {
    try { $state = Read-State }
    catch {
        Write-Log 'ERROR' "$stateFile can not be read: put $stateFile.old in its place, or delete it and say with -Since from when on to export."
        exit 1
    }
    # What a run that was killed had begun is exported again.
    if (Test-Path -LiteralPath $unfinished) { Remove-Item -LiteralPath $unfinished -Recurse -Force }
    $ArchivingDatabase = Split-List $ArchivingDatabase
    $ComplianceFolder = Split-List $ComplianceFolder
    $ChatFilesFolder = Split-List $ChatFilesFolder
    $steps = @()
    if (-not $WithoutSessions) {
        if (-not $ArchivingDatabase) {
            try {
                Import-Module SkypeForBusiness
                $ArchivingDatabase = @(Get-CsService -ArchivingDatabase | ForEach-Object { [string] $_.Identity })
                if (-not $ArchivingDatabase) { throw 'There is no archiving database. If that is right, say -WithoutSessions.' }
            }
            catch { Write-Log 'ERROR' "No session was exported: $_"; $failedExports++ }
        }
        foreach ($identity in $ArchivingDatabase) {
            $steps += @{ What = $identity; Do = { param($name) Export-Database $name $state } }
        }
    }
    foreach ($folder in $ComplianceFolder) {
        $steps += @{ What = $folder; Do = { param($name) Copy-NewFiles $name 'persistent-chat' $state } }
    }
    foreach ($folder in $ChatFilesFolder) {
        $steps += @{ What = $folder; Do = { param($name) Copy-NewFiles $name 'persistent-chat\files' $state } }
    }
    # One that fails stops no other, and is begun where it was by the next run.
    foreach ($step in $steps) {
        try { & $step.Do $step.What }
        catch { $failedExports++; Write-Log 'ERROR' "$($step.What) could not be exported: $_" }
    }
    $failedUploads = Send-Outbox
    Remove-Old $sent $KeepDays
    Remove-Old $logs 30
}
catch { Write-Log 'ERROR' "The run broke off: $_"; $failedUploads++ }
finally { $lock.Dispose() }

if ($failedExports -gt 0) { exit 2 }
if ($failedUploads -gt 0) { exit 3 }
exit 0
