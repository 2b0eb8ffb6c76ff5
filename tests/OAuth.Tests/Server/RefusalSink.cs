using System.Collections.Concurrent;
using IdentityPlatform.OAuth.Protocol;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.OAuth.Tests.Server;

/// <summary>Hears what the server logs: every line, and the rule of each refusal.</summary>
public sealed class RefusalSink : ILoggerProvider, ILogger
{
    public ConcurrentQueue<Rule> Rules { get; } = [];

    public ConcurrentQueue<string> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Lines.Enqueue(formatter(state, exception) + exception);
        if (state is IEnumerable<KeyValuePair<string, object?>> values && values.FirstOrDefault(value => value.Key == "Rule").Value is Rule rule)
        {
            Rules.Enqueue(rule);
        }
    }

    public void Dispose()
    {
    }
}
