# What start.ps1, stop.ps1 and reset.ps1 share. It runs in Windows PowerShell 5.1 and in PowerShell 7; so it is plain ASCII.
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$Here = $PSScriptRoot
$Project = 'litellm-local'
$EnvFile = Join-Path $Here '.env'
$KeyFile = Join-Path $Here 'key.txt'
$Secrets = @('LITELLM_MASTER_KEY', 'LITELLM_SALT_KEY', 'POSTGRES_PASSWORD', 'REDIS_PASSWORD', 'UI_PASSWORD')
# What decides whether the models of providers or those that answer by themselves are taken.
$ProviderKeys = @('OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'DEEPSEEK_API_KEY', 'GEMINI_API_KEY', 'AZURE_API_KEY', 'AWS_ACCESS_KEY_ID')
# Compose prefers the environment to .env. The keys of providers may come from there; nothing that belongs to this gateway may.
$Own = $Secrets + @('UI_USERNAME', 'LITELLM_PORT', 'LITELLM_IMAGE', 'POSTGRES_IMAGE', 'REDIS_IMAGE', 'LITELLM_CONFIG', 'PROXY_BASE_URL', 'COMPOSE_FILE', 'COMPOSE_PROJECT_NAME')

function Stop-With([string] $Message) {
    [Console]::Error.WriteLine($Message)
    exit 1
}

# Runs docker and gives what it prints; $LASTEXITCODE tells how it ended. What it says on the error stream is left out: in
# Windows PowerShell a redirected error stream would end the script at its first line.
function Get-Docker {
    $ErrorActionPreference = 'SilentlyContinue'
    & docker @args 2>$null
}

# Without a value it is taken out: an empty one would count for Compose, and hide what .env has.
function Set-Environment([string] $Name, $Value) {
    if ($null -eq $Value) { Remove-Item "Env:$Name" -ErrorAction SilentlyContinue } else { Set-Item "Env:$Name" $Value }
}

# Runs Compose in this folder, for the reader to see. The names of $Own are taken out of the environment meanwhile.
function Invoke-Compose([string[]] $Arguments, [string] $Config = '') {
    $before = @{}
    foreach ($name in $Own) {
        $before[$name] = [Environment]::GetEnvironmentVariable($name)
        Set-Environment $name $null
    }
    if ($Config) { Set-Environment 'LITELLM_CONFIG' $Config }
    Push-Location $Here
    try {
        $ErrorActionPreference = 'Continue'
        & docker compose --file compose.yaml --project-name $Project @Arguments | Out-Host
    } finally {
        Pop-Location
        foreach ($name in $Own) { Set-Environment $name $before[$name] }
    }
}

# The value of NAME in .env.
function Get-Setting([string] $Name) {
    $value = ''
    if (Test-Path $EnvFile) {
        foreach ($line in [IO.File]::ReadAllLines($EnvFile)) {
            if ($line.StartsWith("$Name=")) { $value = $line.Substring($Name.Length + 1) }
        }
    }
    return $value
}

# Docker: installed, running, and with a Compose that is new enough; each in words.
function Test-Docker {
    if (-not (Get-Command docker -ErrorAction SilentlyContinue)) {
        Stop-With 'Docker is not installed. On macOS and Windows: Docker Desktop; on Linux: Docker Engine with its Compose plugin.'
    }
    Get-Docker info | Out-Null
    if ($LASTEXITCODE -ne 0) {
        Stop-With 'Docker is installed, but does not answer. Start Docker Desktop and wait until it says that it runs.'
    }
    $version = Get-Docker compose version --short
    if ($LASTEXITCODE -ne 0 -or -not $version) {
        Stop-With 'Docker has no Compose plugin: "docker compose version" fails. Docker Desktop brings it.'
    }
    $number = ("$version" -replace '^v', '') -replace '[-+].*$', ''
    if ($number -match '^\d+\.\d+\.\d+$' -and [version] $number -lt [version] '2.24.4') {
        Stop-With "Docker Compose $version is too old; 2.24.4 or newer is needed. Update Docker Desktop."
    }
}

# Ids of its containers, names of its volumes or networks, by Compose's own label; needs no .env.
function Get-OfProject([string] $Kind) {
    $label = "label=com.docker.compose.project=$Project"
    switch ($Kind) {
        'containers' { $found = Get-Docker ps --all --quiet --filter $label }
        'volumes' { $found = Get-Docker volume ls --quiet --filter $label }
        'networks' { $found = Get-Docker network ls --quiet --filter $label }
    }
    return @($found | Where-Object { $_ })
}

# A file that only its owner reads. No byte order mark: Compose would take it for a part of the first name.
function Write-Private([string] $File, [string] $Text) {
    if (-not (Test-Path $File)) { [IO.File]::WriteAllText($File, '') }
    if ($env:OS -eq 'Windows_NT') {
        & icacls $File /inheritance:r /grant:r "$([Security.Principal.WindowsIdentity]::GetCurrent().Name):F" | Out-Null
    } else {
        & chmod 600 $File
    }
    [IO.File]::WriteAllText($File, $Text, (New-Object Text.UTF8Encoding($false)))
}
