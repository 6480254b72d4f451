<#
.SYNOPSIS
Registers the scheduled task that runs Export-SkypeArchive.ps1 every day.

.DESCRIPTION
Registering again replaces the task. The task starts as soon as it can after a time at which the
server was off, never runs twice at a time, and is tried again after a failure.

.PARAMETER Account
A group managed service account (with its $ at the end), or an account whose password is asked for.

.EXAMPLE
.\Register-SkypeArchiveTask.ps1 -Account 'CONTOSO\svc-archive$' -At 23:30 `
  -Arguments '-ContainerUrl https://contoso.blob.core.windows.net/skype-drop -SasFile C:\ProgramData\SkypeArchive\sas.txt'
#>
#Requires -Version 5.1
#Requires -RunAsAdministrator
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Account,
    # What Export-SkypeArchive.ps1 is called with. No secret belongs here.
    [Parameter(Mandatory)] [string] $Arguments,
    [datetime] $At = '23:30',
    [string] $TaskName = 'Skype archive export',
    [string] $DataFolder = (Join-Path $env:ProgramData 'SkypeArchive')
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

if ($Arguments -match '[?&]?sig=') { throw 'A SAS does not belong on a command line: use -SaveSas and -SasFile.' }

$script = Join-Path $PSScriptRoot 'Export-SkypeArchive.ps1'
if (-not (Test-Path -LiteralPath $script)) { throw "There is no $script." }

# The folder holds exports and the SAS: nobody else may look into it.
New-Item -ItemType Directory -Path $DataFolder -Force | Out-Null
$acl = New-Object Security.AccessControl.DirectorySecurity
$acl.SetAccessRuleProtection($true, $false)
$administrators = New-Object Security.Principal.SecurityIdentifier 'S-1-5-32-544'
$system = New-Object Security.Principal.SecurityIdentifier 'S-1-5-18'
foreach ($who in $administrators, $system, (New-Object Security.Principal.NTAccount $Account)) {
    $rule = New-Object Security.AccessControl.FileSystemAccessRule `
        $who, 'FullControl', 'ContainerInherit, ObjectInherit', 'None', 'Allow'
    $acl.AddAccessRule($rule)
}
Set-Acl -LiteralPath $DataFolder -AclObject $acl

$action = New-ScheduledTaskAction -Execute 'powershell.exe' `
    -Argument "-NoProfile -NonInteractive -ExecutionPolicy RemoteSigned -File `"$script`" $Arguments" `
    -WorkingDirectory $PSScriptRoot
$settings = New-ScheduledTaskSettingsSet -StartWhenAvailable -MultipleInstances IgnoreNew `
    -RestartCount 3 -RestartInterval (New-TimeSpan -Minutes 30) `
    -ExecutionTimeLimit (New-TimeSpan -Hours 20)
$task = @{
    TaskName    = $TaskName
    Description = 'Exports what Skype for Business Server has archived, and uploads it to the archive.'
    Action      = $action
    Trigger     = New-ScheduledTaskTrigger -Daily -At $At
    Settings    = $settings
    Force       = $true
}

if ($Account.EndsWith('$')) {
    # Windows knows the password of a group managed service account itself.
    $principal = New-ScheduledTaskPrincipal -UserId $Account -LogonType Password -RunLevel Highest
    Register-ScheduledTask @task -Principal $principal | Out-Null
}
else {
    $credential = Get-Credential -UserName $Account -Message 'The account that the task runs as'
    Register-ScheduledTask @task -User $Account -RunLevel Highest `
        -Password ($credential.GetNetworkCredential().Password) | Out-Null
}
Write-Host "The task '$TaskName' runs every day at $($At.ToString('HH:mm'))."
