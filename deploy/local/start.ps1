# Starts the gateway on this laptop and says what to do next. Again is harmless.
#
#   start.ps1                  the models of your providers where a key is set, else models that answer by themselves
#   start.ps1 -Example NAME    one of the examples of ..\config\examples, such as fallbacks
#   start.ps1 -Restart         reads a configuration anew that was changed
param([string] $Example = '', [switch] $Restart)
. (Join-Path $PSScriptRoot 'lib.ps1')

# Letters and digits. They become part of addresses and go through Compose, where others have a meaning.
function New-Random([int] $Length) {
    $alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
    $source = [Security.Cryptography.RandomNumberGenerator]::Create()
    $byte = New-Object byte[] 1
    $text = New-Object Text.StringBuilder
    while ($text.Length -lt $Length) {
        $source.GetBytes($byte)
        # 248 is the largest multiple of 62: each character is as likely as any other.
        if ($byte[0] -lt 248) { [void] $text.Append($alphabet[$byte[0] % 62]) }
    }
    $source.Dispose()
    return $text.ToString()
}

# .env with strong secrets. Those that are there stay.
function Initialize-Settings {
    $volumes = @(Get-OfProject 'volumes')
    if (-not (Test-Path $EnvFile)) {
        if ($volumes.Count -gt 0) {
            Stop-With "There is a database from before, but no .env with its passwords. Bring $EnvFile back, or begin anew with reset.ps1, which deletes the database."
        }
        Write-Private $EnvFile ([IO.File]::ReadAllText((Join-Path $Here 'env.example')))
        Write-Host 'new: .env'
    }
    $made = @()
    foreach ($name in $Secrets) {
        if (Get-Setting $name) { continue }
        if ($volumes.Count -gt 0 -and @('LITELLM_SALT_KEY', 'POSTGRES_PASSWORD') -contains $name) {
            Stop-With "$name is empty in .env, but there is a database that was made with one. Put it back, or begin anew with reset.ps1, which deletes the database."
        }
        if ($name.StartsWith('LITELLM_')) { $value = 'sk-' + (New-Random 40) } else { $value = New-Random 32 }
        $lines = @([IO.File]::ReadAllLines($EnvFile) | Where-Object { -not $_.StartsWith("$name=") }) + "$name=$value"
        Write-Private $EnvFile (($lines -join "`n") + "`n")
        $made += $name
    }
    if ($made.Count -gt 0) { Write-Host "generated: $($made -join ' ')" }
}

# Which file of ..\config the gateway reads, and what its models are.
function Select-Config {
    $folder = Join-Path (Split-Path -Parent $Here) 'config'
    $setBy = Get-Setting 'LITELLM_CONFIG'
    $found = @($ProviderKeys | Where-Object { [Environment]::GetEnvironmentVariable($_) -or (Get-Setting $_) })
    if ($Example) {
        $examples = Join-Path $folder 'examples'
        if ($Example -notmatch '^[a-z-]+$' -or -not (Test-Path (Join-Path $examples "$Example.yaml"))) {
            Stop-With "There is no example '$Example'. There are: $((Get-ChildItem $examples -Filter *.yaml | ForEach-Object { $_.BaseName }) -join ' ')"
        }
        return @("examples/$Example.yaml", "those of the example $Example")
    }
    if ($setBy) {
        if (-not (Test-Path (Join-Path $folder $setBy))) { Stop-With "LITELLM_CONFIG in .env is $setBy, and deploy\config has no such file." }
        return @($setBy, "those of $setBy, as .env says")
    }
    if ($found.Count -gt 0) { return @('litellm-config.yaml', "those of your providers ($($found -join ' ')); those without a key fail") }
    return @('litellm-config.demo.yaml', 'those that answer by themselves: no provider key is set')
}

# Somebody else's port would show as an error of Docker's that names no cause.
function Test-Port {
    if (@(Get-OfProject 'containers').Count -gt 0) { return }
    $client = New-Object Net.Sockets.TcpClient
    try {
        $client.Connect('127.0.0.1', [int] $port)
        $taken = $true
    } catch {
        $taken = $false
    } finally {
        $client.Close()
    }
    if ($taken) { Stop-With "Port $port of this machine is taken by another program. End that, or write another LITELLM_PORT into $EnvFile." }
}

# Asks the gateway: @{ Status; Text }. Status 0: no answer.
function Invoke-Gateway([string] $Method, [string] $Path, [string] $Key, [string] $Body = '') {
    $request = [Net.HttpWebRequest] [Net.WebRequest]::Create($url + $Path)
    $request.Method = $Method
    $request.Proxy = $null
    $request.Timeout = 60000
    $request.Headers.Add('Authorization', "Bearer $Key")
    $response = $null
    try {
        if ($Body) {
            $bytes = [Text.Encoding]::UTF8.GetBytes($Body)
            $request.ContentType = 'application/json'
            $request.ContentLength = $bytes.Length
            $stream = $request.GetRequestStream()
            $stream.Write($bytes, 0, $bytes.Length)
            $stream.Close()
        }
        $response = $request.GetResponse()
    } catch {
        # The web exception is inside of the one that PowerShell makes.
        $cause = $_.Exception.GetBaseException()
        if ($cause -is [Net.WebException]) { $response = $cause.Response }
        elseif ($_.Exception.InnerException -is [Net.WebException]) { $response = $_.Exception.InnerException.Response }
    }
    if ($null -eq $response) { return @{ Status = 0; Text = '' } }
    $reader = New-Object IO.StreamReader($response.GetResponseStream())
    $answer = @{ Status = [int] $response.StatusCode; Text = $reader.ReadToEnd() }
    $reader.Close()
    return $answer
}

# A key for trying, which can call models and nothing else, and spends no more than five dollars.
function Initialize-Key {
    if (Test-Path $KeyFile) {
        $answer = Invoke-Gateway 'GET' '/v1/models' ([IO.File]::ReadAllText($KeyFile).Trim())
        if ($answer.Status -eq 200) { return }
        if (@(400, 401, 403, 422) -notcontains $answer.Status) {
            Stop-With "The gateway runs, but answers $url/v1/models with status $($answer.Status): $($answer.Text)"
        }
        Write-Host 'The key in key.txt is refused, so a new one is made.'
    }
    $body = '{"key_alias": "laptop-' + (New-Random 8) + '", "max_budget": 5, "allowed_routes": ["llm_api_routes", "/key/info"]}'
    $answer = Invoke-Gateway 'POST' '/key/generate' (Get-Setting 'LITELLM_MASTER_KEY') $body
    if ($answer.Text -notmatch '"key": *"(sk-[^"]+)"') {
        Stop-With "The gateway made no key (status $($answer.Status)). Is LITELLM_MASTER_KEY in .env the one it was started with? start.ps1 -Restart starts it anew. It said: $($answer.Text)"
    }
    Write-Private $KeyFile ($Matches[1] + "`n")
    Write-Host 'new: key.txt, a key that calls models, for 5 US dollars at most'
}

Test-Docker
Initialize-Settings
$config, $models = Select-Config
$port = Get-Setting 'LITELLM_PORT'
if (-not $port) { $port = '24157' }
$url = "http://127.0.0.1:$port"
Test-Port
Write-Host 'Starting. The first time the images are fetched, about 4 GB, and the tables are made: this takes some minutes.'
$arguments = @('up', '--detach', '--wait', '--wait-timeout', '900')
if ($Restart) { $arguments += '--force-recreate' }
Invoke-Compose $arguments $config
if ($LASTEXITCODE -ne 0) {
    $status = $LASTEXITCODE
    Invoke-Compose @('ps', '--all') $config
    Invoke-Compose @('logs', '--tail', '20', 'litellm') $config
    Stop-With "The services did not start (status $status). Above: which of them, and what the gateway said last. A registry that cannot be reached, too little memory for Docker (4 GB are needed) and a mistake in the configuration are the most frequent causes."
}
Initialize-Key
Write-Host @"

LiteLLM runs on $url, reachable from this machine only. Models: $models

Try it:      python client\try.py (pip install openai), or node client\try.mjs
Your key:    in key.txt; applications take $url/v1 and this key
Console:     $url/ui, user $(Get-Setting 'UI_USERNAME'), password UI_PASSWORD in .env
Next:        provider keys into .env, then start.ps1 again; examples: start.ps1 -Example fallbacks
End:         stop.ps1 keeps everything; reset.ps1 deletes everything, and asks before
"@
